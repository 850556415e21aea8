namespace SeqGan;

/// <summary>libtorch's global generator as a part of a training's state, for components of one's own that draw from it; SeqGan's do not.</summary>
internal sealed class GlobalGeneratorComponent : ICheckpointable
{
    // A state has 5056 bytes.
    private const int MaxLength = 1 << 16;

    public void SaveState(Stream destination) => destination.Write(GlobalGenerator.Save());

    public void RestoreState(Stream source, int version)
    {
        long length = source.Length - source.Position;
        if (length > MaxLength)
            throw new InvalidDataException($"The global generator's state has {length} bytes; that is too many.");
        byte[] state = new byte[length];
        source.ReadExactly(state);
        GlobalGenerator.Restore(state);
    }
}
