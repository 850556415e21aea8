namespace SeqGan;

/// <summary>A component whose state is saved in checkpoints: a generator, a discriminator, a reward, an observer.</summary>
/// <remarks>
/// <para>
/// The state is everything that affects the component's next results: weights, an optimizer's moments, counters, averages. It does not
/// include constructor arguments: a resumed training constructs the component with the same options and then restores the state. Nor does
/// it include the states of the component's parts; <see cref="ICompositeComponent"/> lists those.
/// </para>
/// <para>
/// The methods are called between training steps, by one caller at a time, on any thread, and never while another method of the component
/// runs. A checkpoint's bytes have the right checksum, but anybody may have written them: check every length before you allocate memory.
/// </para>
/// <para>An observer may receive the same end of a round twice, if the training was cancelled during that report.</para>
/// </remarks>
public interface ICheckpointable
{
    /// <summary>The version of the state's format, at least 1; raise it when the format changes. The default value is 1.</summary>
    int StateVersion => 1;

    /// <summary>Whether everything that learning changes is finite. The default value is true.</summary>
    /// <remarks>The trainer asks at the end of rounds and before it saves; false is a sign of divergence, and nothing is saved.</remarks>
    bool IsFinite => true;

    /// <summary>Writes the whole state. The training waits: only copy, do not compute.</summary>
    /// <param name="destination">A stream in memory. Do not dispose or keep it.</param>
    void SaveState(Stream destination);

    /// <summary>Restores a state. All later results have the same bits as they would have had when the state was saved.</summary>
    /// <param name="source">The bytes that <see cref="SaveState"/> wrote; it can seek. Do not dispose or keep it.</param>
    /// <param name="version">The <see cref="StateVersion"/> that wrote it; at most the present one.</param>
    /// <exception cref="InvalidDataException">The bytes are no state of this component; nothing was changed.</exception>
    void RestoreState(Stream source, int version);

    /// <summary>Remembers the state in memory, before a step or a report that may be cancelled or fail.</summary>
    /// <remarks>By default it copies what <see cref="SaveState"/> writes. A large state may remember only what will change.</remarks>
    /// <returns>What <see cref="Revert"/> needs. Only the latest one is used, and none after <see cref="RestoreState"/>.</returns>
    object Capture()
    {
        using var state = new MemoryStream();
        SaveState(state);
        return state.ToArray();
    }

    /// <summary>Restores the state that the last <see cref="Capture"/> returned.</summary>
    void Revert(object captured)
    {
        using var state = new MemoryStream((byte[])captured, writable: false);
        RestoreState(state, StateVersion);
    }
}
