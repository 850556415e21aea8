namespace SeqGan;

/// <summary>A component whose state goes into checkpoints: a generator, a discriminator, a reward, an observer.</summary>
/// <remarks>
/// <para>
/// What makes the component's next results differ belongs to its state: weights, an optimizer's moments, counters, averages. What
/// it was constructed with does not: a training that is resumed constructs the component anew, with the same options, and then
/// hands it the state.
/// </para>
/// <para>
/// Both methods are called between two training steps, by one caller at a time, on any thread, and never while another method of the
/// component runs. The bytes of a checkpoint are checked against their checksum before they are handed over, but a checksum says
/// nothing about who wrote them: check every length before allocating for it.
/// </para>
/// <para>
/// An observer may get the same end of a round twice where the training was cancelled in the middle of that report; one for which that
/// matters remembers the last one.
/// </para>
/// </remarks>
public interface ICheckpointable
{
    /// <summary>The version of the state's format, at least 1; to be raised when the format changes. The default value is 1.</summary>
    int StateVersion => 1;

    /// <summary>
    /// Whether everything that learning changes is a finite number. The trainer asks at the end of rounds and before it saves; what is not
    /// finite is a sign of divergence, and is not saved. The default value is true.
    /// </summary>
    bool IsFinite => true;

    /// <summary>Writes the whole state. The training waits meanwhile: copy, and compute nothing.</summary>
    /// <param name="destination">
    /// Memory: it takes any number of bytes without waiting for a disk. It stays the caller's and is not to be kept.
    /// </param>
    void SaveState(Stream destination);

    /// <summary>
    /// Takes over a state, so that everything that follows is bit for bit what it was going to be when the state was saved.
    /// </summary>
    /// <param name="source">
    /// The bytes that <see cref="SaveState"/> wrote, from their beginning to the stream's end; it can seek. It stays the caller's and is
    /// not to be kept.
    /// </param>
    /// <param name="version">The <see cref="StateVersion"/> that wrote it; never above the present one.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are no state of this component, or of one with other sizes; the message says what is wrong. Nothing was changed.
    /// </exception>
    void RestoreState(Stream source, int version);

    /// <summary>
    /// Remembers the state in memory, before a step or a report that may be cancelled or fail. By default it is what
    /// <see cref="SaveState"/> writes; a component with a large state remembers only what may change until <see cref="Revert"/>.
    /// </summary>
    /// <returns>What <see cref="Revert"/> needs. Only the latest one is used, and none after <see cref="RestoreState"/>.</returns>
    object Capture()
    {
        using var state = new MemoryStream();
        SaveState(state);
        return state.ToArray();
    }

    /// <summary>Takes back what has changed since <see cref="Capture"/>.</summary>
    /// <param name="captured">What <see cref="Capture"/> returned last.</param>
    void Revert(object captured)
    {
        using var state = new MemoryStream((byte[])captured, writable: false);
        RestoreState(state, StateVersion);
    }
}
