namespace SeqGan;

/// <summary>
/// A trained generator, ready to sample from without any native library: an immutable, packed copy of the weights of an embedding, LSTM,
/// GRU or Transformer layers and a linear layer to the vocabulary, with the vocabulary and the labels if there are any.
/// </summary>
/// <remarks>
/// Immutable and thread-safe; any number of <see cref="SequenceSampler"/>s may share one. <c>NeuralGenerator.Compile</c> makes one from
/// a live generator, <see cref="Load(string, ITokenizer?)"/> from a model file. A model file is untrusted: its claims are checked before
/// memory is allocated for them. The policy does not include the constraint that the generator was trained under: pass it as
/// <see cref="SamplingOptions.Constraint"/>.
/// </remarks>
/// <example>
/// <code>
/// CompiledPolicy policy = CompiledPolicy.Load("names.seqgan");
/// Console.WriteLine($"{policy.Format.VocabularySize} tokens, at most {policy.Format.MaxLength} in a sequence");
/// var sampler = new SequenceSampler(policy);
/// </code>
/// </example>
public sealed class CompiledPolicy
{
    private readonly PolicyWeights _weights;

    /// <exception cref="InvalidWeightsException">The weights are so large that sums can overflow.</exception>
    /// <exception cref="ArgumentException">The vocabulary's size or special tokens are not the format's.</exception>
    internal CompiledPolicy(
        PolicyWeights weights, Vocabulary? vocabulary = null, ITokenizer? tokenizer = null, SequenceFingerprints? trainingSequences = null,
        LabelSet? labels = null)
    {
        _weights = weights;
        Format = weights.Format;
        if (vocabulary?.DescribeOther(Format) is { } difference)
            throw new ArgumentException(difference, nameof(vocabulary));
        if (vocabulary is not null)
            Format = Vocabulary.WithUnknownToken(Format);
        (Vocabulary, Tokenizer, TrainingSequences) = (vocabulary, tokenizer, trainingSequences);
        Labels = labels ?? (Format.LabelCount == 0 ? null : LabelSet.Numbered(Format.LabelCount));
        OverflowCheck.ThrowIfPossible(weights);
        Compiled = CompiledNetwork.Create(weights);
        Output = new CompiledOutput(weights.HiddenSize, Format);
        Output.Weight.SetColumns(0, weights.OutputWeight);
        Output.LoadBias(weights.OutputBias);
    }

    /// <summary>
    /// The format of the sequences. With a vocabulary its unknown token is <see cref="Vocabulary.UnknownId"/>, which is never generated.
    /// </summary>
    public SequenceFormat Format { get; }

    /// <summary>The kind of network.</summary>
    public GeneratorNetwork Network => _weights.Network;

    /// <summary>The number of layers between the embedding and the output layer.</summary>
    public int Layers => _weights.Layers;

    /// <summary>The size of a token's embedding (E); a Transformer's is its width.</summary>
    public int EmbeddingSize => _weights.EmbeddingSize;

    /// <summary>The size of the recurrent state (H), or a Transformer's width.</summary>
    public int HiddenSize => _weights.HiddenSize;

    /// <summary>The number of a Transformer's heads; 0 for other networks.</summary>
    public int Heads => _weights.Heads;

    /// <summary>The tokens and their ids, or null if the model was trained on raw token ids.</summary>
    public Vocabulary? Vocabulary { get; }

    /// <summary>
    /// What cuts text into tokens and joins them; null if the model was trained on raw token ids or with a tokenizer that its file cannot
    /// name.
    /// </summary>
    public ITokenizer? Tokenizer { get; }

    /// <summary>The labels that <see cref="SamplingOptions.Label"/> can ask for; null if the model has none.</summary>
    public LabelSet? Labels { get; private set; }

    /// <summary>
    /// Whether texts are brought to composed letters (Unicode's NFC) before they are cut into tokens, as those that the model was trained
    /// on were. False for model files of before this was recorded.
    /// </summary>
    public bool NormalizesText { get; private set; }

    /// <summary>Which sequences the model was trained on, or null if that is unknown.</summary>
    public SequenceFingerprints? TrainingSequences { get; private set; }

    /// <summary>Whether the model has a discriminator that <see cref="SamplingOptions.Refine"/> can refine by.</summary>
    public bool HasDiscriminator => Discriminator is not null;

    internal CompiledDiscriminator? Discriminator { get; private set; }

    internal PolicyWeights Weights => _weights;

    internal CompiledNetwork Compiled { get; }

    internal CompiledOutput Output { get; }

    /// <summary>Reads a model file of <see cref="Save"/>. A model that was trained with a custom tokenizer needs it again.</summary>
    /// <exception cref="InvalidWeightsException">The file is damaged, not a model, or of a newer version.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static CompiledPolicy Load(string path, ITokenizer? tokenizer = null) =>
        new ModelFile(SafetensorsFile.Read(path), path).Load(tokenizer);

    /// <summary>Reads weights that <c>NeuralGenerator.SaveWeights</c> wrote, with PyTorch's names and shapes.</summary>
    /// <param name="path">The file. The kind of network and the sizes are read from it.</param>
    /// <param name="format">The format of the sequences: the file does not have it.</param>
    /// <param name="vocabulary">The tokens and their ids, or null.</param>
    /// <param name="tokenizer">What cuts text into tokens and joins them, or null.</param>
    /// <exception cref="InvalidWeightsException">The file is damaged, or its weights do not fit the format or each other.</exception>
    /// <exception cref="ArgumentException">The vocabulary's size, padding token or end token is not the format's.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static CompiledPolicy FromWeights(
        string path, SequenceFormat format, Vocabulary? vocabulary = null, ITokenizer? tokenizer = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        return new CompiledPolicy(ModelFile.ReadWeights(SafetensorsFile.Read(path), path, format), vocabulary, tokenizer);
    }

    /// <summary>The same policy, with the knowledge of what it was trained on.</summary>
    /// <param name="trainingSequences">The fingerprints of the training sequences.</param>
    /// <returns>A copy.</returns>
    public CompiledPolicy WithTrainingSequences(SequenceFingerprints trainingSequences)
    {
        ArgumentNullException.ThrowIfNull(trainingSequences);
        CompiledPolicy copy = Copy();
        copy.TrainingSequences = trainingSequences;
        return copy;
    }

    /// <summary>The same policy, with the names and frequencies of its labels.</summary>
    /// <param name="labels">As many as the format has.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="ArgumentException">The number of labels is not the format's.</exception>
    public CompiledPolicy WithLabels(LabelSet labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Count != Format.LabelCount)
            throw new ArgumentException($"There are {labels.Count} labels; the format has {Format.LabelCount}.", nameof(labels));
        CompiledPolicy copy = Copy();
        copy.Labels = labels;
        return copy;
    }

    /// <summary>The same policy, which brings texts to composed letters first, or does not: see <see cref="NormalizesText"/>.</summary>
    /// <returns>A copy.</returns>
    public CompiledPolicy WithNormalizedText(bool normalizes = true)
    {
        CompiledPolicy copy = Copy();
        copy.NormalizesText = normalizes;
        return copy;
    }

    /// <summary>The same policy, with a discriminator to refine by, or without one.</summary>
    internal CompiledPolicy WithDiscriminator(CompiledDiscriminator? discriminator)
    {
        CompiledPolicy copy = Copy();
        copy.Discriminator = discriminator;
        return copy;
    }

    private CompiledPolicy Copy() => (CompiledPolicy)MemberwiseClone();

    /// <summary>
    /// Writes a model file: a safetensors file whose metadata holds the format, the vocabulary, the labels, the tokenizer's name, whether
    /// texts are normalised, and the fingerprints of the training sequences. A discriminator's tensors are beside the generator's.
    /// </summary>
    /// <param name="path">Written under a temporary name beside it and renamed, so that a file is whole or absent.</param>
    /// <exception cref="IOException">The file cannot be written; an existing one is unchanged.</exception>
    public void Save(string path) => ModelFile.Save(path, _weights, this);
}
