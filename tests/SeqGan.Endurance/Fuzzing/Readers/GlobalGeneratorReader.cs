namespace SeqGan.Endurance.Fuzzing;

/// <summary>The state of libtorch's global generator, of which a bad one would end the process.</summary>
internal sealed class GlobalGeneratorReader : FuzzReader
{
    private static readonly Lock s_one = new();

    public override string Name => "global-generator";

    public override IReadOnlyList<byte[]> Seeds { get; } = [GlobalGenerator.Save()];

    public override IReadOnlyList<Mutation> Mutations => ByteMutations.All;

    public override int Turn => 16;

    public override int Read(byte[] input)
    {
        lock (s_one)
        {
            GlobalGenerator.Restore(input);
            using TorchSharp.torch.Tensor drawn = TorchSharp.torch.randn(3);
            return 0;
        }
    }

    public override bool IsRefusal(Exception error) => error is InvalidDataException;
}
