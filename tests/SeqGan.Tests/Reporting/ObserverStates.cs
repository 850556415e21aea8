namespace SeqGan.Tests.Reporting;

/// <summary>Saves and restores states as a trainer does.</summary>
internal static class ObserverStates
{
    public static byte[] Save(this ICheckpointable component)
    {
        using var state = new MemoryStream();
        component.SaveState(state);
        return state.ToArray();
    }

    public static void Restore(this ICheckpointable component, ReadOnlySpan<byte> state)
    {
        using var stream = new MemoryStream(state.ToArray(), writable: false);
        component.RestoreState(stream, component.StateVersion);
    }
}
