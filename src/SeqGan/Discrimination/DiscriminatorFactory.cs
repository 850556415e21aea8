using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>What the two ready-made discriminators share.</summary>
internal static class DiscriminatorFactory
{
    public static ModuleDiscriminator Create(SequenceFormat format, DiscriminatorOptions options, ulong seed) =>
        options.Network == DiscriminatorNetwork.Gru
            ? new GruDiscriminator(format, options, seed)
            : new ConvolutionalDiscriminator(format, options, seed);

    public static ConvolutionalNetwork CreateConvolutional(SequenceFormat format, DiscriminatorOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(format);
        string contradictions = string.Join(" ", options.Contradictions(format.MaxLength));
        if (contradictions.Length > 0)
            throw new ArgumentException(contradictions, nameof(options));
        LibTorch.EnsureLoaded();
        return new ConvolutionalNetwork(format, options, seed);
    }

    public static GruNetwork CreateGru(SequenceFormat format, DiscriminatorOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(format);
        LibTorch.EnsureLoaded();
        return new GruNetwork(format, options, seed);
    }

    public static ModuleDiscriminatorOptions HowItLearns(DiscriminatorOptions options) => new()
    {
        LearningRate = options.LearningRate,
        GradientClip = options.GradientClip,
        Device = options.Device,
    };

    public static Tensor? L2(Linear output, double weight)
    {
        if (weight == 0)
            return null;
        using var scope = NewDisposeScope();
        return ((output.weight!.square().sum() + output.bias!.square().sum()) * (weight / 2)).MoveToOuterDisposeScope();
    }
}
