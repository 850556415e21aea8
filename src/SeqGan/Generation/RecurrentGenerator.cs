namespace SeqGan.Generation;

/// <summary>The paper's generator: LSTM or GRU layers ("The Generative Model for Sequences" in the paper).</summary>
/// <remarks><inheritdoc cref="NeuralGenerator"/></remarks>
public sealed class RecurrentGenerator : NeuralGenerator
{
    // Its own draws: otherwise a generator of the same seed would start as a scaled copy of the oracle that it must find.
    private const uint OracleStep = 2;

    /// <summary>Creates a generator with weights drawn from a seed.</summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The network, an LSTM or a GRU, and how it learns; read once.</param>
    /// <param name="seed">Determines the weights.</param>
    /// <param name="constraint">What every sequence that it generates satisfies; null, the default, allows everything.</param>
    /// <exception cref="ArgumentException">Options are out of range (all are listed), or the constraint is of another format.</exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    public RecurrentGenerator(SequenceFormat format, GeneratorOptions? options = null, ulong seed = 0, ITokenConstraint? constraint = null)
        : this(format, Checked(options), new RandomKey(seed, RandomPurpose.Initialization), constraint)
    {
    }

    private RecurrentGenerator(SequenceFormat format, GeneratorOptions options, RandomKey weights, ITokenConstraint? constraint)
        : base(format, options, weights, constraint)
    {
    }

    internal new RecurrentNetwork Network => (RecurrentNetwork)base.Network;

    /// <summary>
    /// The paper's oracle: an LSTM whose every weight is drawn from N(0, 1), the real data's true distribution in the paper's "Synthetic
    /// Data Experiments".
    /// </summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="seed">Determines the weights; those of a generator of the same seed are independent of them.</param>
    /// <param name="embeddingSize">The paper's is 32.</param>
    /// <param name="hiddenSize">The paper's is 32.</param>
    public static RecurrentGenerator CreateOracle(SequenceFormat format, ulong seed, int embeddingSize = 32, int hiddenSize = 32) =>
        new(
            format,
            new GeneratorOptions
            {
                EmbeddingSize = embeddingSize,
                HiddenSize = hiddenSize,
                Initialization = WeightInitialization.Normal,
                InitialDeviation = 1,
            },
            new RandomKey(seed, RandomPurpose.Initialization, OracleStep), constraint: null);

    private static GeneratorOptions Checked(GeneratorOptions? options) => options is { Network: GeneratorNetwork.Transformer }
        ? throw new ArgumentException(
            $"{nameof(GeneratorOptions)}.{nameof(options.Network)} is {options.Network}; a {nameof(RecurrentGenerator)}'s is "
            + $"{GeneratorNetwork.Lstm} or {GeneratorNetwork.Gru}. Use a {nameof(TransformerGenerator)}, or "
            + $"{nameof(NeuralGenerator)}.{nameof(Create)}.",
            nameof(options))
        : options ?? new GeneratorOptions();
}
