using System.ComponentModel.DataAnnotations;
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
        ThrowIfInvalid(options, options.Contradictions(format.MaxLength));
        LibTorch.EnsureLoaded();
        return new ConvolutionalNetwork(format, options, seed);
    }

    public static GruNetwork CreateGru(SequenceFormat format, DiscriminatorOptions options, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(format);
        ThrowIfInvalid(options, []);
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

    private static void ThrowIfInvalid(DiscriminatorOptions options, IEnumerable<string> contradictions)
    {
        var failures = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), failures, validateAllProperties: true);
        string[] messages = [.. failures.Select(failure => failure.ErrorMessage!), .. contradictions];
        if (messages.Length > 0)
            throw new ArgumentException(string.Join(" ", messages), nameof(options));
    }
}
