namespace SeqGan;

/// <summary>States of components from before something that may be given up in the middle.</summary>
internal sealed class StateCopies
{
    private readonly (ICheckpointable Component, byte[] State)[] _copies;

    public StateCopies(IEnumerable<CheckpointComponent> components) =>
        _copies = [.. components.Select(component => component.Value).OfType<ICheckpointable>().Select(component => (component, Copy(component)))];

    /// <summary>Makes the components what they were.</summary>
    public void PutBack()
    {
        foreach ((ICheckpointable component, byte[] state) in _copies)
        {
            using var source = new MemoryStream(state, writable: false);
            component.RestoreState(source, component.StateVersion);
        }
    }

    private static byte[] Copy(ICheckpointable component)
    {
        using var state = new MemoryStream();
        component.SaveState(state);
        return state.ToArray();
    }
}
