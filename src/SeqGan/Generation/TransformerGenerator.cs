namespace SeqGan.Generation;

/// <summary>
/// A generator of self-attention, as small language models have it: layer normalisation before each branch and no biases (as nanoGPT's),
/// rotary positions (Su et al. 2021), feed-forward layers four times as wide with GELU. <see cref="GeneratorOptions.HiddenSize"/> is its
/// width, <see cref="GeneratorOptions.Heads"/> and <see cref="GeneratorOptions.Layers"/> are its own.
/// </summary>
/// <remarks>
/// <inheritdoc cref="NeuralGenerator"/>
/// It knows as many positions as the format's longest sequence has.
/// </remarks>
public sealed class TransformerGenerator : NeuralGenerator
{
    /// <summary>Rates that suit it.</summary>
    internal const double LearningRate = 3e-3, PolicyGradientLearningRate = 1e-4;

    /// <summary>Creates a generator with weights drawn from a seed.</summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The sizes and how it learns, whatever its network; read once.</param>
    /// <param name="seed">Determines the weights.</param>
    /// <param name="constraint">What every sequence that it generates satisfies; null, the default, allows everything.</param>
    /// <exception cref="ArgumentException">
    /// Options are out of range or contradict each other, such as a width and a number of heads (all are listed), or the constraint is of
    /// another format.
    /// </exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    public TransformerGenerator(
        SequenceFormat format, GeneratorOptions? options = null, ulong seed = 0, ITokenConstraint? constraint = null)
        : base(format, Transformer(options), new RandomKey(seed, RandomPurpose.Initialization), constraint)
    {
    }

    private static GeneratorOptions Transformer(GeneratorOptions? options)
    {
        GeneratorOptions copy = options?.Copy() ?? new GeneratorOptions();
        copy.Network = GeneratorNetwork.Transformer;
        return copy;
    }
}
