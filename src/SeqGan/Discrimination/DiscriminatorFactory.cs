using TorchSharp;
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
        OptionsCheck.ThrowIfInvalid(options, options.Contradictions(format.MaxLength));
        LibTorch.EnsureLoaded();
        using GlobalGenerator.Loan random = GlobalGenerator.Keep();
        return new ConvolutionalNetwork(format.InputFormat(), options, seed);
    }

    public static GruNetwork CreateGru(SequenceFormat format, DiscriminatorOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(format);
        OptionsCheck.ThrowIfInvalid(options);
        LibTorch.EnsureLoaded();
        using GlobalGenerator.Loan random = GlobalGenerator.Keep();
        return new GruNetwork(format.InputFormat(), options, seed);
    }

    public static ModuleDiscriminatorOptions HowItLearns(DiscriminatorOptions options) => new()
    {
        LearningRate = options.LearningRate,
        GradientClip = options.GradientClip,
        SparseEmbeddingUpdates = options.SparseEmbeddingUpdates,
        Device = options.Device,
        DrawsFromGlobalGenerator = false,
    };

    /// <summary>
    /// What the softmax over the two classes of an output layer depends on: the difference of their logits, [batch, 1].
    /// </summary>
    /// <remarks>
    /// One product instead of two: libtorch's matrix product with 2 to 8 columns rounds a row differently from its neighbour
    /// unless the rows' size is a multiple of 4, and a score must not depend on the row.
    /// </remarks>
    public static Tensor RealLogit(Linear output, Tensor features)
    {
        using var scope = NewDisposeScope();
        Tensor weight = output.weight!, bias = output.bias!;
        return nn.functional.linear(features, weight.narrow(0, 1, 1) - weight.narrow(0, 0, 1), bias.narrow(0, 1, 1) - bias.narrow(0, 0, 1))
            .MoveToOuterDisposeScope();
    }

    public static Tensor? L2(Linear output, double weight)
    {
        if (weight == 0)
            return null;
        using var scope = NewDisposeScope();
        using Scalar half = weight / 2;
        Tensor weights = output.weight!, biases = output.bias!;
        return ((weights * weights).sum() + (biases * biases).sum()).mul(half).MoveToOuterDisposeScope();
    }
}
