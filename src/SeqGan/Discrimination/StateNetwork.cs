namespace SeqGan.Discrimination;

/// <summary>
/// Token ids [batch, length] to the logit of "real" [batch, 1] from the hidden states of a copy of the generator, pooled over the sequence:
/// dropout, linear, ReLU, dropout, softmax over two classes. The copy is made at the first training step, and then stays as it is.
/// </summary>
/// <remarks>
/// What a generator has learned of the data is what a discriminator needs to know, too (Deng, Bakhtin, Ott, Szlam, Ranzato 2020, arXiv
/// 2004.11714, start from a language model).
/// </remarks>
internal sealed class StateNetwork : nn.Module<Tensor, Tensor>, IReadyMadeNetwork
{
    // What hardly varies among the first sequences would be blown up.
    private const double LeastDeviation = 0.05;

    private readonly SequenceFormat _format;
    private readonly NeuralGenerator _generator;
    private readonly SequenceNetwork _copy;
    private readonly CompiledDecoder _states;
    private readonly Tensor _center, _scale, _isCopied;
    private readonly SeededDropout _dropout, _hiddenDropout;
    private readonly Linear _hidden;
    private readonly double _l2;

    public StateNetwork(NeuralGenerator generator, DiscriminatorOptions options, ulong seed)
        : base(nameof(StateNetwork))
    {
        (_format, _generator, _l2) = (generator.Format, generator, options.L2);
        _copy = generator.CopyNetwork();
        _states = new CompiledDecoder(_copy, _format);
        int size = 4 * _copy.HiddenSize;
        (_center, _scale, _isCopied) = (zeros(size), ones(size), zeros(1));
        var weights = new DiscriminatorWeights(seed);
        (_dropout, _hiddenDropout) = (new SeededDropout(options.Dropout, seed), new SeededDropout(options.Dropout, seed + 1));
        (_hidden, Output) = (nn.Linear(size, options.HiddenSize), nn.Linear(options.HiddenSize, 2));
        weights.Glorot(_hidden.weight!);
        DiscriminatorWeights.Constant(_hidden.bias!, 0);
        weights.TruncatedNormal(Output.weight!, 0.1);
        DiscriminatorWeights.Constant(Output.bias!, 0);
        // Not as a module, whose fields TorchSharp would list once more.
        foreach ((string name, Parameter weight) in _copy.Weights)
        {
            weight.requires_grad = false;
            register_parameter($"generator_{name.Replace('.', '_')}", weight);
        }

        register_buffer("center", _center);
        register_buffer("scale", _scale);
        register_buffer("is_copied", _isCopied);
        register_module("dropout", _dropout);
        register_module("hidden", _hidden);
        register_module("hidden_dropout", _hiddenDropout);
        register_module("output", Output);
    }

    public Linear Output { get; }

    /// <summary>
    /// A packed copy, calibrated; null before the first training step. If a policy is given, the generator's, it shares its weights where
    /// they are still the same.
    /// </summary>
    public CompiledDiscriminator? Compile(PolicyWeights? policy, PlattScaling calibration)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (_isCopied.item<float>() == 0)
            return null;
        Tensor hidden = _hidden.weight! / _scale;
        CompiledPolicy states = _states.Policy;
        bool isShared = policy is not null && states.Weights.Tensors.All(own => policy.Tensors.Any(
            tensor => tensor.Name == own.Name && tensor.Values.Span.SequenceEqual(own.Values.Span)));
        return new CompiledDiscriminator(
            isShared ? null : new StateSource(states, ReadsStart: true),
            policy ?? states.Weights,
            [
                Name(CompiledDiscriminator.HiddenName, hidden),
                Name(CompiledDiscriminator.HiddenBiasName, _hidden.bias! - hidden.matmul(_center)),
                .. DiscriminatorFactory.CompileOutput(Output, calibration),
            ]);

        static NamedTensor Name(string name, Tensor value) => new(name, value.shape, NetworkWeights.Get(value));
    }

    public Tensor? Regularization() => DiscriminatorFactory.L2(Output, _l2);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        using Tensor cells = input.cpu();
        TokenBatch sequences = Sequences(cells.data<long>().ToArray(), (int)input.shape[0], (int)input.shape[1]);
        if (training && _isCopied.item<float>() == 0)
            Copy(sequences);
        Tensor features = (States(sequences) - _center) / _scale;
        Tensor hidden = _hidden.forward(_dropout.forward(features)).relu();
        return DiscriminatorFactory.RealLogit(Output, _hiddenDropout.forward(hidden)).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _copy.Dispose();
        base.Dispose(disposing);
    }

    // The generator as it is now, and the range of its states over the first sequences.
    private void Copy(TokenBatch sequences)
    {
        using var noGrad = no_grad();
        NetworkWeights.Mix(_copy, _generator.Network, 0);
        Tensor states = States(sequences);
        using Scalar least = LeastDeviation, one = 1;
        _center.copy_(states.mean([0L]));
        _scale.copy_(states.std(0, unbiased: false).clamp_min(least));
        _isCopied.fill_(one);
    }

    private Tensor States(TokenBatch sequences) => tensor(_states.PoolStates(sequences), [sequences.Count, 4 * _copy.HiddenSize]);

    // As DiscriminatorFactory.Cells wrote them.
    private TokenBatch Sequences(long[] cells, int count, int columns)
    {
        int first = _format.LabelCount == 0 ? 0 : 1, length = columns - first;
        int[] tokens = new int[count * length], lengths = new int[count], labels = new int[first * count];
        for (int row = 0; row < count; row++)
        {
            // Rows of padding have no label.
            if (first > 0)
                labels[row] = Math.Max(0, (int)cells[row * columns] - _format.VocabularySize);
            while (lengths[row] < length && cells[row * columns + first + lengths[row]] != _format.PaddingToken)
            {
                tokens[row * length + lengths[row]] = (int)cells[row * columns + first + lengths[row]];
                lengths[row]++;
            }
        }

        return new TokenBatch(tokens, count, length, lengths, labels);
    }
}
