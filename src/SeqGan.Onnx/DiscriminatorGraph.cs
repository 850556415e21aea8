using DataType = Onnx.TensorProto.Types.DataType;

namespace SeqGan.Onnx;

/// <summary>A discriminator's score, from the state that a discriminator saves: sequences to the probability that each is real.</summary>
/// <remarks>The networks are SeqGan's <c>ConvolutionalNetwork</c> and <c>GruNetwork</c>, without the dropout of their training.</remarks>
internal sealed class DiscriminatorGraph
{
    private const string Parameter = "parameter.", Tokens = "tokens", Score = "score";

    // What only SeqGan's own networks have: the counter of their dropout's masks.
    private const string Mark = "dropout.dropout";

    private readonly OnnxGraph _graph =
        new("discriminator", "The probability that a sequence is real, of a discriminator that SeqGan trained.");

    private readonly SafetensorsFile _state;
    private readonly string _source;
    private readonly SequenceFormat _format;
    private readonly int _length, _embeddingSize;

    /// <exception cref="InvalidWeightsException">There is no embedding of the format's inputs.</exception>
    private DiscriminatorGraph(SafetensorsFile state, string source, SequenceFormat format)
    {
        (_state, _source, _format) = (state, source, format);
        _length = format.MaxLength + (format.LabelCount > 0 ? 1 : 0);
        _embeddingSize = Size("embedding.weight", rank: 2, axis: 1);
    }

    /// <summary>What a discriminator saves.</summary>
    /// <exception cref="NotSupportedException">It saves nothing, or no tensors: it has none of SeqGan's networks.</exception>
    public static SafetensorsFile StateOf(IDiscriminator discriminator, string name)
    {
        if (discriminator is not ICheckpointable checkpointable)
            throw OtherNetwork(name);
        using var state = new MemoryStream();
        checkpointable.SaveState(state);
        state.Position = 0;
        try
        {
            return SafetensorsFile.Read(state, name);
        }
        catch (InvalidWeightsException)
        {
            throw OtherNetwork(name);
        }
    }

    /// <summary>Makes the model.</summary>
    /// <param name="state">The state.</param>
    /// <param name="source">Where it is from: what messages call it.</param>
    /// <param name="policy">The generator, whose format and vocabulary are the discriminator's too.</param>
    /// <exception cref="NotSupportedException">The network is none of SeqGan's, or the model is too large for a file.</exception>
    /// <exception cref="InvalidWeightsException">The weights do not fit the format or each other, or are not finite.</exception>
    public static ModelProto Create(SafetensorsFile state, string source, CompiledPolicy policy)
    {
        if (state.Contains("buffer.is_copied"))
        {
            throw new NotSupportedException(
                $"{source} cannot be exported: its network, DiscriminatorNetwork.GeneratorStates, reads the generator's states. Export the "
                + "generator alone, or train another discriminator.");
        }

        bool isConvolutional = state.Contains($"{Parameter}convolutions.0.weight");
        if (!state.Contains(Mark) || !(isConvolutional || state.Contains($"{Parameter}gru.weight_ih_l0")))
            throw OtherNetwork(source);
        return new DiscriminatorGraph(state, source, policy.Format).Build(policy, isConvolutional);
    }

    private static NotSupportedException OtherNetwork(string source) =>
        new($"{source} cannot be exported: its network is neither DiscriminatorNetwork.Convolutional nor Gru.");

    private ModelProto Build(CompiledPolicy policy, bool isConvolutional)
    {
        string label = _format.LabelCount > 0 ? "first vocabulary_size plus the label, then " : "";
        string padding = $"{_format.PaddingToken ?? 0}";
        _graph.Input(Tokens, DataType.Int64, $"A sequence in each row: {label}its tokens with the end token, then {padding} to the end.",
            OnnxGraph.Batch, OnnxGraph.Of(_length));
        Add("embedding.weight", _format.InputCount(), _embeddingSize);
        string embedded = _graph.Node("Gather", ["embedding.weight", Tokens], OnnxGraph.Integer("axis", 0));
        (string features, int size) = isConvolutional ? Convolve(embedded) : Recur(embedded);
        string logit = _graph.Linear(features, AddDifference("output.weight", size), AddDifference("output.bias"));
        _graph.Node("Squeeze", [_graph.Node("Sigmoid", [logit])], [Score], OnnxGraph.Integers("axes", 1));
        _graph.Output(Score, "The probability that the sequence is real.", OnnxGraph.Batch);
        PolicyMetadata.AddTo(_graph, policy);
        _graph.Metadata("length", $"{_length}");
        return _graph.Build();
    }

    /// <summary>Convolutions over windows of several widths, max-over-time pooling, ReLU, highway layers.</summary>
    private (string Features, int Size) Convolve(string embedded)
    {
        string columns = _graph.Node("Transpose", [embedded], OnnxGraph.Integers("perm", 0, 2, 1));
        var pooled = new List<string>();
        int size = 0;
        for (int i = 0; _state.Contains($"{Parameter}convolutions.{i}.weight"); i++)
        {
            string weight = $"convolutions.{i}.weight", bias = $"convolutions.{i}.bias";
            int filters = Size(weight, rank: 3, axis: 0), width = Size(weight, rank: 3, axis: 2);
            if (width > _length)
                throw Invalid(weight, $"its windows have {width} tokens; a sequence has at most {_length}");
            string windows = _graph.Node("Conv", [columns, Add(weight, filters, _embeddingSize, width), Add(bias, filters)]);
            pooled.Add(_graph.Node("ReduceMax", [windows], OnnxGraph.Integers("axes", 2), OnnxGraph.Integer("keepdims", 0)));
            size = checked(size + filters);
        }

        string features = _graph.Node("Relu", [_graph.Node("Concat", pooled, OnnxGraph.Integer("axis", 1))]);
        for (int i = 0; _state.Contains($"{Parameter}highway.{i}.gate.weight"); i++)
        {
            string gate = _graph.Node("Sigmoid", [AddLinear(features, $"highway.{i}.gate", size)]);
            string transformed = _graph.Node("Relu", [AddLinear(features, $"highway.{i}.transform", size)]);
            string change = _graph.Node("Mul", [gate, _graph.Node("Sub", [transformed, features])]);
            features = _graph.Node("Add", [features, change]);
        }

        return (features, size);
    }

    /// <summary>Gated recurrent units from left to right; the state after each sequence's last token.</summary>
    private (string Features, int Size) Recur(string embedded)
    {
        int inputs = _embeddingSize, size = Size("gru.weight_hh_l0", rank: 2, axis: 1), layer = 0;
        string rows = _graph.Node("Transpose", [embedded], OnnxGraph.Integers("perm", 1, 0, 2)), lengths = Lengths();
        while (true)
        {
            string[] read = [rows, AddGates($"gru.weight_ih_l{layer}", size, inputs), AddGates($"gru.weight_hh_l{layer}", size, size),
                AddGateBiases(layer, size), lengths];
            AttributeProto[] attributes = [OnnxGraph.Integer("hidden_size", size), OnnxGraph.Integer("linear_before_reset", 1)];
            inputs = size;
            if (!_state.Contains($"{Parameter}gru.weight_ih_l{++layer}"))
            {
                string last = _graph.Node("GRU", read, ["", "last_state"], attributes);
                return (_graph.Node("Squeeze", [last], OnnxGraph.Integers("axes", 0)), size);
            }

            rows = _graph.Node("Squeeze", [_graph.Node("GRU", read, attributes)], OnnxGraph.Integers("axes", 1));
        }
    }

    /// <summary>The number of each sequence's tokens, at least 1; empty if all sequences have the full length.</summary>
    private string Lengths()
    {
        if (_format.PaddingToken is not { } padding)
            return "";
        string isPadding = _graph.Node("Equal", [Tokens, _graph.Constant("padding", padding)]);
        string isToken = _graph.Node("Cast", [_graph.Node("Not", [isPadding])], OnnxGraph.Integer("to", (int)DataType.Float));
        string count = _graph.Node("ReduceSum", [isToken], OnnxGraph.Integers("axes", 1), OnnxGraph.Integer("keepdims", 0));
        string atLeastOne = _graph.Node("Clip", [count], OnnxGraph.Number("min", 1));
        return _graph.Node("Cast", [atLeastOne], OnnxGraph.Integer("to", (int)DataType.Int32));
    }

    /// <summary>ONNX's gates are update, reset, candidate; PyTorch's are reset, update, candidate.</summary>
    private string AddGates(string name, int size, int inputs) =>
        _graph.Weights(name, [1, 3L * size, inputs], InOnnxOrder(Read(name, 3L * size, inputs)));

    private string AddGateBiases(int layer, int size)
    {
        float[] input = Read($"gru.bias_ih_l{layer}", 3L * size), state = Read($"gru.bias_hh_l{layer}", 3L * size);
        return _graph.Weights($"gru.bias_l{layer}", [1, 6L * size], [.. InOnnxOrder(input), .. InOnnxOrder(state)]);
    }

    private static float[] InOnnxOrder(float[] gates)
    {
        int gate = gates.Length / 3;
        return [.. gates.AsSpan(gate, gate), .. gates.AsSpan(0, gate), .. gates.AsSpan(2 * gate)];
    }

    private string AddLinear(string rows, string layer, int size) =>
        _graph.Linear(rows, Add($"{layer}.weight", size, size), Add($"{layer}.bias", size));

    /// <summary>What the softmax over the two classes depends on: how the weights of "real" differ from the others.</summary>
    private string AddDifference(string name, params ReadOnlySpan<long> size)
    {
        ReadOnlySpan<float> both = Read(name, [2, .. size]);
        int count = both.Length / 2;
        float[] difference = new float[count];
        for (int i = 0; i < count; i++)
            difference[i] = both[count + i] - both[i];
        return _graph.Weights(name, [1, .. size], difference);
    }

    private string Add(string name, params ReadOnlySpan<long> shape) => _graph.Weights(name, shape.ToArray(), Read(name, shape));

    private float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        float[] values = _state.ReadSingle(Parameter + name, shape);
        int wrong = Array.FindIndex(values, value => !float.IsFinite(value));
        return wrong < 0 ? values : throw Invalid(name, $"element {wrong} is {values[wrong]}; weights must be finite");
    }

    private int Size(string name, int rank, int axis)
    {
        long[] shape = _state[Parameter + name].Shape;
        return shape.Length == rank && shape[axis] is > 0 and <= int.MaxValue
            ? (int)shape[axis]
            : throw Invalid(name, $"shape [{string.Join(", ", shape)}] does not fit; it must have {rank} sizes, each above 0");
    }

    private InvalidWeightsException Invalid(string name, string problem) => new($"{_source}: tensor '{Parameter}{name}': {problem}.");
}
