namespace SeqGan.Generation;

/// <summary>The network of a <see cref="NeuralGenerator"/> and how it learns.</summary>
public sealed class GeneratorOptions
{
    /// <summary>The kind of network. The default value is <see cref="GeneratorNetwork.Lstm"/>.</summary>
    [FixedOnResume, AllowedValuesOf(typeof(GeneratorNetwork))]
    public GeneratorNetwork Network { get; set; } = GeneratorNetwork.Lstm;

    /// <summary>
    /// The size of a token's embedding (E) in recurrent networks; a Transformer's is its width. The default value is 64; the paper's is 32.
    /// </summary>
    [FixedOnResume, AllowedRange(1, 65536)]
    public int EmbeddingSize { get; set; } = 64;

    /// <summary>The size of the recurrent state (H), or a Transformer's width. The default value is 128; the paper's is 32.</summary>
    [FixedOnResume, AllowedRange(1, 65536)]
    public int HiddenSize { get; set; } = 128;

    /// <summary>The number of layers between the embedding and the output layer. The default value is 1.</summary>
    [FixedOnResume, AllowedRange(1, 64)]
    public int Layers { get; set; } = 1;

    /// <summary>
    /// The number of a Transformer's heads; other networks have none. They share out the width evenly, each an even part. The default
    /// value is 4.
    /// </summary>
    [FixedOnResume, AllowedRange(1, 1024)]
    public int Heads { get; set; } = 4;

    /// <summary>
    /// Whether the tokens' embeddings are the weights of the output layer, too (Press, Wolf 2017; Inan, Khosravi, Socher 2017). A recurrent
    /// network's embedding and state then have one size. The default value is false.
    /// </summary>
    [FixedOnResume]
    public bool TiedEmbeddings { get; set; }

    /// <summary>How the weights are drawn. The default value is <see cref="WeightInitialization.Scaled"/>.</summary>
    [AllowedValuesOf(typeof(WeightInitialization))]
    public WeightInitialization Initialization { get; set; } = WeightInitialization.Scaled;

    /// <summary>The deviation of <see cref="WeightInitialization.Normal"/>. The default value is 0.1, the paper's.</summary>
    [AllowedRange(0.0, 1e6)]
    public double InitialDeviation { get; set; } = 0.1;

    /// <summary>
    /// The optimizer; maximum likelihood and policy gradient each have their own state. The default value is
    /// <see cref="OptimizerKind.Adam"/>.
    /// </summary>
    [FixedOnResume, AllowedValuesOf(typeof(OptimizerKind))]
    public OptimizerKind Optimizer { get; set; } = OptimizerKind.Adam;

    /// <summary>The learning rate of maximum likelihood. The default value is 0.005; the paper's is 0.01.</summary>
    [AllowedRange(1e-12, 1e3)]
    public double LearningRate { get; set; } = 0.005;

    /// <summary>The learning rate of policy gradient. The default value is 0.001; the paper's is 0.01.</summary>
    [AllowedRange(1e-12, 1e3)]
    public double PolicyGradientLearningRate { get; set; } = 0.001;

    /// <summary>Gradients are scaled down to this Euclidean norm; 0 leaves them as they are. The default value is 5, the paper's.</summary>
    [AllowedRange(0.0, 1e12)]
    public double GradientClip { get; set; } = 5;

    /// <summary>
    /// Decoupled weight decay (Loshchilov, Hutter 2019: AdamW): each step takes this share, times the learning rate, from every matrix of
    /// weights. Biases do not decay, nor does an embedding that <see cref="SparseEmbeddingUpdates"/> leaves alone. For
    /// <see cref="OptimizerKind.Adam"/> only. The default value is 0.
    /// </summary>
    [FixedOnResume, AllowedRange(0.0, 1e3)]
    public double WeightDecay { get; set; }

    /// <summary>
    /// The share of the units that are left out, one choice for a whole sequence (Gal, Ghahramani 2016), of the embeddings, between the
    /// layers and before the output, while learning by maximum likelihood; in [0, 0.9]. The default value is 0.
    /// </summary>
    [FixedOnResume, AllowedRange(0.0, 0.9)]
    public double Dropout { get; set; }

    /// <summary>
    /// The decay of an exponential moving average of the weights over the steps of maximum likelihood, in [0, 0.999999], such as 0.999;
    /// faster in the first steps. The generator samples, is measured and is saved with the average; policy gradient starts from it and has
    /// none. The default value is 0: no average.
    /// </summary>
    [FixedOnResume, AllowedRange(0.0, 0.999999)]
    public double WeightAveraging { get; set; }

    /// <summary>
    /// Whether Adam leaves a token's embedding and its moments alone in a step whose batch does not have the token, as PyTorch's SparseAdam
    /// does; otherwise the moments still move it. On the CPU only. The default value is false: Adam.
    /// </summary>
    public bool SparseEmbeddingUpdates { get; set; }

    /// <summary>
    /// How many sequences are advanced together, one token at a time, when sampling and rolling out on another device than the CPU. It
    /// bounds the memory (this many rows of logits) and never changes a result. The default value is 0: as many as make 2 million logits,
    /// from 64 to 1024.
    /// </summary>
    [AllowedRange(0, 1 << 20)]
    public int DecodeRows { get; set; }

    /// <summary>Where the network runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. The default value is <c>cpu</c>.</summary>
    [DeviceName]
    public string Device { get; set; } = "cpu";

    /// <summary>Decodes on the CPU as on other devices: for tests, which have no other device.</summary>
    internal bool UsesBatchedDecoder { get; set; }

    /// <summary>What is wrong between the options, one sentence each.</summary>
    internal IEnumerable<string> Contradictions()
    {
        const string Prefix = nameof(GeneratorOptions) + ".";
        bool isTransformer = Network == GeneratorNetwork.Transformer;
        if (isTransformer && HiddenSize > 0 && PolicyWeights.DescribeHeads(Heads, HiddenSize) is { } problem)
            yield return $"{Prefix}{nameof(HiddenSize)} is {HiddenSize} and {Prefix}{nameof(Heads)} is {Heads}: {problem}.";
        if (TiedEmbeddings && !isTransformer && EmbeddingSize != HiddenSize)
        {
            yield return $"{Prefix}{nameof(EmbeddingSize)} is {EmbeddingSize} and {Prefix}{nameof(HiddenSize)} is {HiddenSize}, but "
                + $"{Prefix}{nameof(TiedEmbeddings)} is true: make them equal.";
        }

        if (TiedEmbeddings && SparseEmbeddingUpdates)
        {
            yield return $"{Prefix}{nameof(TiedEmbeddings)} and {Prefix}{nameof(SparseEmbeddingUpdates)} are both true, but each step "
                + "changes all embeddings that are the output layer's: leave one of them false.";
        }

        if (WeightDecay > 0 && Optimizer != OptimizerKind.Adam)
        {
            yield return $"{Prefix}{nameof(WeightDecay)} is {WeightDecay}, but {nameof(Optimizer)} is {Optimizer}, which has none: "
                + $"set it to 0, or use {nameof(OptimizerKind.Adam)}.";
        }

        (string Name, double Value)[] rates =
            [(nameof(LearningRate), LearningRate), (nameof(PolicyGradientLearningRate), PolicyGradientLearningRate)];
        foreach ((string name, double rate) in rates.Where(rate => rate.Value * WeightDecay >= 1))
        {
            yield return $"{Prefix}{nameof(WeightDecay)} is {WeightDecay} and {Prefix}{name} is {rate}: their product, the share of each "
                + "weight that a step takes, must be less than 1.";
        }
    }

    internal GeneratorOptions Copy() => (GeneratorOptions)MemberwiseClone();
}
