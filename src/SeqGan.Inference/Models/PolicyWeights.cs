namespace SeqGan.Models;

/// <summary>A recurrent generator's weights with PyTorch's names, shapes and order of gates, checked to fit together.</summary>
internal sealed class PolicyWeights
{
    // Tokens are counted in single precision, which is exact up to here.
    private const int LargestVocabulary = 1 << 24;

    private readonly Dictionary<string, NamedTensor> _tensors;

    /// <exception cref="InvalidWeightsException">The vocabulary is too large, or a weight is missing, unknown or not valid.</exception>
    public PolicyWeights(string source, SequenceFormat format, GeneratorNetwork network, IReadOnlyList<NamedTensor> tensors)
    {
        if (format.VocabularySize > LargestVocabulary)
            throw new InvalidWeightsException(
                $"{source}: the vocabulary has {format.VocabularySize} tokens; at most {LargestVocabulary} can be sampled from.");
        (Source, Format, Network, Tensors) = (source, format, network, tensors);
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        string prefix = Prefix(network);
        Layers = Math.Max(1, tensors.Count(tensor => tensor.Name.StartsWith(prefix + ".weight_ih_l", StringComparison.Ordinal)));
        EmbeddingSize = Columns("embedding.weight", format.InputCount());
        HiddenSize = Columns("output.weight", format.VocabularySize);
        Check();
    }

    /// <summary>Where the weights are from: what messages call them.</summary>
    public string Source { get; }

    public SequenceFormat Format { get; }

    public GeneratorNetwork Network { get; }

    public int Layers { get; }

    public int EmbeddingSize { get; }

    public int HiddenSize { get; }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    public ReadOnlySpan<float> Embedding => Values("embedding.weight");

    public ReadOnlySpan<float> OutputWeight => Values("output.weight");

    public ReadOnlySpan<float> OutputBias => Values("output.bias");

    public static string Prefix(GeneratorNetwork network) => network.ToString().ToLowerInvariant();

    public ReadOnlySpan<float> Recurrent(string name, int layer) => Values($"{Prefix(Network)}.{name}_l{layer}");

    /// <summary>The names and shapes of a network of these sizes.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Expected(
        SequenceFormat format, GeneratorNetwork network, int layers, int embeddingSize, int hiddenSize)
    {
        string prefix = Prefix(network);
        long gates = CellLayout.Of(network).Gates * (long)hiddenSize;
        yield return ("embedding.weight", [format.InputCount(), embeddingSize]);
        for (int layer = 0; layer < layers; layer++)
        {
            yield return ($"{prefix}.weight_ih_l{layer}", [gates, layer == 0 ? embeddingSize : hiddenSize]);
            yield return ($"{prefix}.weight_hh_l{layer}", [gates, hiddenSize]);
            yield return ($"{prefix}.bias_ih_l{layer}", [gates]);
            yield return ($"{prefix}.bias_hh_l{layer}", [gates]);
        }

        yield return ("output.weight", [format.VocabularySize, hiddenSize]);
        yield return ("output.bias", [format.VocabularySize]);
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
        (string Name, long[] Shape)[] expected = [.. Expected(Format, Network, Layers, EmbeddingSize, HiddenSize)];
        string[] superfluous = [.. _tensors.Keys.Except(expected.Select(tensor => tensor.Name), StringComparer.Ordinal).Take(5)];
        if (superfluous.Length > 0)
            throw new InvalidWeightsException(
                $"{Source}: the {Prefix(Network).ToUpperInvariant()} of {Layers} layers has no weight '{string.Join("', '", superfluous)}'.");
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
