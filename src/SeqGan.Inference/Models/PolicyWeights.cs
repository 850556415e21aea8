namespace SeqGan.Models;

/// <summary>A generator's weights with PyTorch's names, shapes and order of gates, checked to fit together.</summary>
internal sealed class PolicyWeights
{
    public const string EmbeddingName = "embedding.weight", OutputName = "output.weight", OutputBiasName = "output.bias";

    // Tokens are counted in single precision, which is exact up to here.
    private const int LargestVocabulary = 1 << 24;

    // The width of a Transformer's feed-forward layers, in widths of the network.
    private const int FeedForwardWidths = 4;

    // The numbers of heads that a message lists.
    private const int MostHeads = 64;

    private readonly Dictionary<string, NamedTensor> _tensors;

    /// <exception cref="InvalidWeightsException">The vocabulary is too large, or a weight is missing, unknown or not valid.</exception>
    /// <remarks>The heads are a Transformer's: its tensors do not show how many there are.</remarks>
    public PolicyWeights(
        string source, SequenceFormat format, GeneratorNetwork network, IReadOnlyList<NamedTensor> tensors, int heads = 0)
    {
        if (format.VocabularySize > LargestVocabulary)
            throw new InvalidWeightsException(
                $"{source}: the vocabulary has {format.VocabularySize} tokens; at most {LargestVocabulary} can be sampled from.");
        (Source, Format, Network, Tensors, Heads) = (source, format, network, tensors, heads);
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        (string before, string after) = LayerMarks(network);
        Layers = Math.Max(1, tensors.Count(tensor => tensor.Name.StartsWith(before, StringComparison.Ordinal)
            && tensor.Name.EndsWith(after, StringComparison.Ordinal)));
        EmbeddingSize = Columns(EmbeddingName, format.InputCount());
        IsTied = !_tensors.ContainsKey(OutputName) && (network == GeneratorNetwork.Transformer
            || (_tensors.GetValueOrDefault($"{Prefix(network)}.weight_hh_l0") is { Shape: [_, var state] } && state == EmbeddingSize));
        HiddenSize = IsTied ? EmbeddingSize : Columns(OutputName, format.VocabularySize);
        Check();
    }

    /// <summary>Where the weights are from: what messages call them.</summary>
    public string Source { get; }

    public SequenceFormat Format { get; }

    public GeneratorNetwork Network { get; }

    public int Layers { get; }

    public int EmbeddingSize { get; }

    public int HiddenSize { get; }

    /// <summary>A Transformer's heads; 0 for other networks.</summary>
    public int Heads { get; }

    /// <summary>Whether the embeddings of tokens are the output layer's weights, too.</summary>
    public bool IsTied { get; }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    public ReadOnlySpan<float> Embedding => Values(EmbeddingName);

    public ReadOnlySpan<float> OutputWeight => IsTied ? Embedding[..(Format.VocabularySize * HiddenSize)] : Values(OutputName);

    public ReadOnlySpan<float> OutputBias => Values(OutputBiasName);

    public static string Prefix(GeneratorNetwork network) => network.ToString().ToLowerInvariant();

    /// <summary>What messages call a network.</summary>
    public static string DisplayName(GeneratorNetwork network) =>
        network == GeneratorNetwork.Transformer ? nameof(GeneratorNetwork.Transformer) : Prefix(network).ToUpperInvariant();

    public ReadOnlySpan<float> Recurrent(string name, int layer) => Values($"{Prefix(Network)}.{name}_l{layer}");

    /// <summary>A weight of a Transformer's layer, or of the normalisation after the last one.</summary>
    public ReadOnlySpan<float> Attention(string name, int? layer = null) => Values(AttentionName(name, layer));

    public static string AttentionName(string name, int? layer = null) =>
        layer is { } number ? $"transformer.layers.{number}.{name}" : $"transformer.{name}";

    /// <summary>The network whose weights these names are; null if of none.</summary>
    public static GeneratorNetwork? Recognize(IReadOnlyCollection<string> names)
    {
        GeneratorNetwork[] found = Array.FindAll(Enum.GetValues<GeneratorNetwork>(), network =>
            LayerMarks(network) is var (before, after) && names.Contains(before + "0" + after));
        return found is [.., var last] ? last : null;
    }

    /// <summary>The names and shapes of a network of these sizes; a Transformer's embedding has its hidden size.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Expected(
        SequenceFormat format, GeneratorNetwork network, int layers, int embeddingSize, int hiddenSize, bool isTied = false) =>
    [
        (EmbeddingName, [format.InputCount(), network == GeneratorNetwork.Transformer ? hiddenSize : embeddingSize]),
        .. network == GeneratorNetwork.Transformer
            ? TransformerLayers(layers, hiddenSize)
            : RecurrentLayers(network, layers, embeddingSize, hiddenSize),
        .. isTied ? [] : ((string, long[])[])[(OutputName, [format.VocabularySize, hiddenSize])],
        (OutputBiasName, [format.VocabularySize]),
    ];

    private static IEnumerable<(string Name, long[] Shape)> RecurrentLayers(
        GeneratorNetwork network, int layers, int embeddingSize, int hiddenSize)
    {
        string prefix = Prefix(network);
        long gates = CellLayout.Of(network).Gates * (long)hiddenSize;
        for (int layer = 0; layer < layers; layer++)
        {
            yield return ($"{prefix}.weight_ih_l{layer}", [gates, layer == 0 ? embeddingSize : hiddenSize]);
            yield return ($"{prefix}.weight_hh_l{layer}", [gates, hiddenSize]);
            yield return ($"{prefix}.bias_ih_l{layer}", [gates]);
            yield return ($"{prefix}.bias_hh_l{layer}", [gates]);
        }
    }

    private static IEnumerable<(string Name, long[] Shape)> TransformerLayers(int layers, long width)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            yield return (AttentionName("norm1.weight", layer), [width]);
            yield return (AttentionName("self_attn.in_proj_weight", layer), [3 * width, width]);
            yield return (AttentionName("self_attn.out_proj.weight", layer), [width, width]);
            yield return (AttentionName("norm2.weight", layer), [width]);
            yield return (AttentionName("linear1.weight", layer), [FeedForwardWidths * width, width]);
            yield return (AttentionName("linear2.weight", layer), [width, FeedForwardWidths * width]);
        }

        yield return (AttentionName("norm.weight"), [width]);
    }

    /// <summary>What is before and after the number of a layer in the name of a weight that each layer has once.</summary>
    private static (string Before, string After) LayerMarks(GeneratorNetwork network) => network == GeneratorNetwork.Transformer
        ? ("transformer.layers.", ".self_attn.in_proj_weight")
        : ($"{Prefix(network)}.weight_ih_l", "");

    /// <summary>What is wrong with a number of heads; null if nothing.</summary>
    public static string? DescribeHeads(int heads, int width)
    {
        if (Divides(heads))
            return null;
        int[] valid = [.. Enumerable.Range(1, Math.Min(width, MostHeads)).Where(Divides)];
        return $"the width {width} does not divide into {heads} heads of an even size, as rotary positions need; "
            + (valid.Length > 0 ? $"{string.Join(", ", valid)} would do" : "no number of heads would do: make it even");

        bool Divides(int number) => number > 0 && width % number == 0 && width / number % 2 == 0;
    }

    private ReadOnlySpan<float> Values(string name) => _tensors[name].Values.Span;

    private NamedTensor Find(string name) => _tensors.TryGetValue(name, out NamedTensor? tensor)
        ? tensor
        : throw new InvalidWeightsException($"{Source}: tensor '{name}' is missing.");

    private int Columns(string name, int rows)
    {
        NamedTensor tensor = Find(name);
        return tensor.Shape is [_, > 0 and <= int.MaxValue and var columns]
            ? (int)columns
            : throw OtherShape(tensor, $"{rows}, size");
    }

    private InvalidWeightsException OtherShape(NamedTensor tensor, string expected) => new(
        $"{Source}: tensor '{tensor.Name}': shape [{string.Join(", ", tensor.Shape)}] does not fit; it must be [{expected}].");

    private void Check()
    {
        if (Network == GeneratorNetwork.Transformer && DescribeHeads(Heads, HiddenSize) is { } problem)
            throw new InvalidWeightsException($"{Source}: {problem}.");
        (string Name, long[] Shape)[] expected = [.. Expected(Format, Network, Layers, EmbeddingSize, HiddenSize, IsTied)];
        string[] superfluous = [.. _tensors.Keys.Except(expected.Select(tensor => tensor.Name), StringComparer.Ordinal).Take(5)];
        if (superfluous.Length > 0)
            throw new InvalidWeightsException(
                $"{Source}: the {DisplayName(Network)} of {Layers} layers has no weight '{string.Join("', '", superfluous)}'.");
        foreach ((string name, long[] shape) in expected)
        {
            NamedTensor tensor = Find(name);
            if (!tensor.Shape.SequenceEqual(shape))
                throw OtherShape(tensor, string.Join(", ", shape));
            ReadOnlySpan<float> values = tensor.Values.Span;
            for (int i = 0; i < values.Length; i++)
            {
                if (!float.IsFinite(values[i]))
                    throw new InvalidWeightsException($"{Source}: tensor '{name}': element {i} is {values[i]}; weights must be finite.");
            }
        }
    }
}
