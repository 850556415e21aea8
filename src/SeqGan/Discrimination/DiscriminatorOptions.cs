namespace SeqGan.Discrimination;

/// <summary>A discriminator's network and how it learns.</summary>
/// <remarks>
/// A module of your own uses <see cref="LearningRate"/>, <see cref="GradientClip"/>, <see cref="SparseEmbeddingUpdates"/> and
/// <see cref="Device"/>; the rest is for the ready-made networks.
/// </remarks>
public sealed class DiscriminatorOptions
{
    /// <summary>The window widths of the published code; its filter counts are <see cref="PublishedFilterCounts"/>.</summary>
    public static IReadOnlyList<int> PublishedFilterWidths { get; } = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20];

    /// <summary>The filters of each of <see cref="PublishedFilterWidths"/>.</summary>
    public static IReadOnlyList<int> PublishedFilterCounts { get; } = [100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160];

    /// <summary>The network. The default value is <see cref="DiscriminatorNetwork.Convolutional"/>.</summary>
    [FixedOnResume, AllowedValuesOf(typeof(DiscriminatorNetwork))]
    public DiscriminatorNetwork Network { get; set; }

    /// <summary>The size of a token's embedding. The default value is 64, the paper's.</summary>
    [FixedOnResume, AllowedRange(1, 65536)]
    public int EmbeddingSize { get; set; } = 64;

    /// <summary>
    /// The widths of the convolution windows, in tokens, each at least 1; those above the maximum length are left out. Empty, the default
    /// value, means widths 1 to 5; the paper's are <see cref="PublishedFilterWidths"/>.
    /// </summary>
    [FixedOnResume, NotNullOption]
    public IReadOnlyList<int> FilterWidths { get; set; } = [];

    /// <summary>
    /// The number of filters of each of <see cref="FilterWidths"/>, each at least 1. Empty, the default value, means 100 filters for each
    /// width; the paper's are <see cref="PublishedFilterCounts"/>.
    /// </summary>
    [FixedOnResume, NotNullOption]
    public IReadOnlyList<int> FilterCounts { get; set; } = [];

    /// <summary>The number of highway layers after the pooling. The default value is 1, the paper's.</summary>
    [FixedOnResume, AllowedRange(0, 16)]
    public int HighwayLayers { get; set; } = 1;

    /// <summary>The size of the GRU's state, or of the hidden layer over a generator's states. The default value is 64.</summary>
    [FixedOnResume, AllowedRange(1, 65536)]
    public int HiddenSize { get; set; } = 64;

    /// <summary>The number of the GRU's layers. The default value is 1.</summary>
    [FixedOnResume, AllowedRange(1, 64)]
    public int Layers { get; set; } = 1;

    /// <summary>
    /// The probability that dropout zeroes a feature before the output layer, and before the hidden layer over a generator's states, while
    /// training; 0 is no dropout. The default value is 0.25, the paper's.
    /// </summary>
    [AllowedRange(0.0, 0.99)]
    public double Dropout { get; set; } = 0.25;

    /// <summary>
    /// The weight of half the squared norm of the output layer's weights and biases in the loss. The default value is 0.2, the paper's.
    /// </summary>
    [AllowedRange(0.0, 1e6)]
    public double L2 { get; set; } = 0.2;

    /// <summary>Adam's learning rate. The default value is 0.001; the paper's is 0.0001.</summary>
    [AllowedRange(1e-12, 1e3)]
    public double LearningRate { get; set; } = 0.001;

    /// <summary>Gradients are scaled down to this Euclidean norm; 0, the default value, leaves them as they are.</summary>
    [AllowedRange(0.0, 1e12)]
    public double GradientClip { get; set; }

    /// <summary>
    /// Whether Adam leaves a token's embedding and its moments alone in a step whose batch does not have the token, as PyTorch's SparseAdam
    /// does; otherwise the moments move it on. On the CPU alone. The default value is false: Adam.
    /// </summary>
    public bool SparseEmbeddingUpdates { get; set; }

    /// <summary>
    /// Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>; one on a generator's states on the CPU alone. The default value is
    /// <c>cpu</c>.
    /// </summary>
    [DeviceName]
    public string Device { get; set; } = "cpu";

    /// <summary>
    /// The most memory, in MiB, for the tables with which the convolutional network scores on the CPU: for each token that it met since its
    /// weights changed, one number for each filter and position in its window (50 KB a token with the paper's filters). Where a batch's
    /// tokens do not fit it is scored in parts; where one sequence's do not fit, by convolutions, many times slower. The default value is
    /// 1024.
    /// </summary>
    [AllowedRange(0, 1 << 20)]
    public int TableMemory { get; set; } = 1024;

    /// <summary>
    /// The precision of the highway's matrix products while the convolutional network scores on the CPU; training is not affected. The
    /// default value is <see cref="ScoringPrecision.Full"/>.
    /// </summary>
    [AllowedValuesOf(typeof(ScoringPrecision))]
    public ScoringPrecision ScoringPrecision { get; set; }

    /// <summary>The windows that fit sequences of at most so many tokens.</summary>
    internal IEnumerable<(int Width, int Filters)> Windows(int maxLength)
    {
        IReadOnlyList<int> widths = FilterWidths.Count == 0 ? [1, 2, 3, 4, 5] : FilterWidths;
        IEnumerable<int> counts = FilterCounts.Count == 0 ? Enumerable.Repeat(100, widths.Count) : FilterCounts;
        return widths.Zip(counts).Where(window => window.First <= maxLength);
    }

    /// <summary>What is wrong between the options, one sentence each.</summary>
    internal IEnumerable<string> Contradictions(int maxLength, bool hasGenerator = true)
    {
        if (Network == DiscriminatorNetwork.GeneratorStates && !hasGenerator)
        {
            yield return $"{nameof(DiscriminatorOptions)}.{nameof(Network)} is {Network}, whose states are a {nameof(NeuralGenerator)}'s: "
                + "give it one, or choose another network.";
        }

        if (Network == DiscriminatorNetwork.GeneratorStates && Device != "cpu")
        {
            yield return $"{nameof(DiscriminatorOptions)}.{nameof(Device)} is {Device}, but {nameof(Network)} is {Network}, "
                + "which reads states on the CPU: set the device to cpu.";
        }

        if (Network != DiscriminatorNetwork.Convolutional || FilterWidths is null || FilterCounts is null)
            yield break;
        const string Widths = nameof(DiscriminatorOptions) + "." + nameof(FilterWidths);
        const string Counts = nameof(DiscriminatorOptions) + "." + nameof(FilterCounts);
        string widths = string.Join(", ", FilterWidths);
        if (FilterCounts.Count > 0 && FilterWidths.Count != FilterCounts.Count)
            yield return $"{Widths} has {FilterWidths.Count} values and {Counts} has {FilterCounts.Count}; each width needs one count, "
                + $"or leave the counts out.";
        else if (FilterWidths.Concat(FilterCounts).Any(value => value < 1))
            yield return $"{Widths} are {widths} and {Counts} are {string.Join(", ", FilterCounts)}; each must be at least 1.";
        else if (!Windows(maxLength).Any())
            yield return $"{Widths} are {widths}; at least one must fit sequences of at most {maxLength} tokens.";
    }

    internal DiscriminatorOptions Copy() => (DiscriminatorOptions)MemberwiseClone();
}
