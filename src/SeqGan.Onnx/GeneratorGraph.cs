using DataType = Onnx.TensorProto.Types.DataType;

namespace SeqGan.Onnx;

/// <summary>One step of a generator: a token and the state before to the next token's logits and the state after.</summary>
internal sealed class GeneratorGraph
{
    private const string Hidden = "hidden", Cell = "cell";

    private readonly OnnxGraph _graph = new("generator", "One step of a generator of token sequences that SeqGan trained.");
    private readonly PolicyWeights _weights;

    private GeneratorGraph(PolicyWeights weights) => _weights = weights;

    /// <exception cref="NotSupportedException">The model is too large for a file, or its network is not recurrent.</exception>
    public static ModelProto Create(CompiledPolicy policy) => policy.Network == GeneratorNetwork.Transformer
        ? throw new NotSupportedException($"The generator cannot be exported: its network is {policy.Network}, not Lstm or Gru.")
        : new GeneratorGraph(policy.Weights).Build(policy);

    private ModelProto Build(CompiledPolicy policy)
    {
        AddWeights(policy);
        string[] states = CellLayout.Of(policy.Network).HasCells ? [Hidden, Cell] : [Hidden];
        string token = _graph.Input("token", DataType.Int64,
            $"The token before, in [0, {policy.Format.VocabularySize}); at first the start token, or vocabulary_size plus the label.",
            OnnxGraph.Batch);
        TensorShapeProto.Types.Dimension[] shape = [OnnxGraph.Of(policy.Layers), OnnxGraph.Batch, OnnxGraph.Of(policy.HiddenSize)];
        foreach (string state in states)
            _graph.Input(state, DataType.Float, "The state before; 0 at first.", shape);

        string rows = _graph.Node("Gather", ["embedding.weight", token], OnnxGraph.Integer("axis", 0));
        var after = states.ToDictionary(state => state, _ => new List<string>());
        for (int layer = 0; layer < policy.Layers; layer++)
        {
            string number = _graph.Constant($"layer_{layer}", layer);
            string[] before = [.. states.Select(state => _graph.Node("Gather", [state, number], OnnxGraph.Integer("axis", 0)))];
            string[] next = policy.Network switch
            {
                GeneratorNetwork.Lstm => AdvanceLstm(layer, rows, before),
                GeneratorNetwork.Gru => AdvanceGru(layer, rows, before),
                _ => throw CellLayout.Unknown(policy.Network),
            };
            for (int i = 0; i < states.Length; i++)
                after[states[i]].Add(_graph.Node("Unsqueeze", [next[i]], OnnxGraph.Integers("axes", 0)));
            rows = next[0];
        }

        _graph.Linear(rows, "output.weight", "output.bias", "logits");
        _graph.Output("logits", "Of the next token; minus infinity for tokens that are never generated.",
            OnnxGraph.Batch, OnnxGraph.Of(policy.Format.VocabularySize));
        foreach (string state in states)
        {
            _graph.Node("Concat", after[state], [$"next_{state}"], OnnxGraph.Integer("axis", 0));
            _graph.Output($"next_{state}", $"The state after, the next step's {state}.", shape);
        }

        AddMetadata(policy);
        return _graph.Build();
    }

    // With PyTorch's names, shapes and order of gates.
    private void AddWeights(CompiledPolicy policy)
    {
        foreach (NamedTensor tensor in _weights.Tensors)
        {
            // The compiled bias knows which tokens are never generated.
            ReadOnlySpan<float> values =
                tensor.Name == "output.bias" ? policy.Output.Bias.Span[..policy.Format.VocabularySize] : tensor.Values.Span;
            _graph.Weights(tensor.Name, tensor.Shape, values);
        }

        if (_weights.IsTied)
            _graph.Weights(PolicyWeights.OutputName, [policy.Format.VocabularySize, policy.HiddenSize], _weights.OutputWeight);
    }

    private void AddMetadata(CompiledPolicy policy)
    {
        PolicyMetadata.AddTo(_graph, policy);
        _graph.Metadata("network", PolicyWeights.Prefix(policy.Network));
        _graph.Metadata("layers", $"{policy.Layers}");
        _graph.Metadata("embedding_size", $"{policy.EmbeddingSize}");
        _graph.Metadata("hidden_size", $"{policy.HiddenSize}");
    }

    private string[] AdvanceLstm(int layer, string rows, string[] before)
    {
        string[] gates = _graph.Split(Binary("Add", FromInput(layer, rows), FromState(layer, before[0])), 4);
        string input = Unary("Sigmoid", gates[0]), forget = Unary("Sigmoid", gates[1]), candidate = Unary("Tanh", gates[2]);
        string cell = Binary("Add", Binary("Mul", forget, before[1]), Binary("Mul", input, candidate));
        string hidden = Binary("Mul", Unary("Sigmoid", gates[3]), Unary("Tanh", cell));
        return [hidden, cell];
    }

    private string[] AdvanceGru(int layer, string rows, string[] before)
    {
        string[] input = _graph.Split(FromInput(layer, rows), 3), state = _graph.Split(FromState(layer, before[0]), 3);
        string reset = Unary("Sigmoid", Binary("Add", input[0], state[0])), update = Unary("Sigmoid", Binary("Add", input[1], state[1]));
        string candidate = Unary("Tanh", Binary("Add", input[2], Binary("Mul", reset, state[2])));
        return [Binary("Add", candidate, Binary("Mul", update, Binary("Sub", before[0], candidate)))];
    }

    private string FromInput(int layer, string rows) => _graph.Linear(rows, Weight("weight_ih", layer), Weight("bias_ih", layer));

    private string FromState(int layer, string rows) => _graph.Linear(rows, Weight("weight_hh", layer), Weight("bias_hh", layer));

    private string Weight(string name, int layer) => $"{PolicyWeights.Prefix(_weights.Network)}.{name}_l{layer}";

    private string Unary(string operation, string value) => _graph.Node(operation, [value]);

    private string Binary(string operation, string left, string right) => _graph.Node(operation, [left, right]);
}
