namespace SeqGan.Discrimination;

/// <summary>A discriminator around a TorchSharp module, yours or a ready-made one: optimizer, modes, batching.</summary>
/// <remarks>
/// <para>
/// The module maps token ids [batch, length] (64-bit integers; length is the format's maximum; padding cells hold the padding token) to one
/// logit a sequence, [batch] or [batch, 1], or to two, [batch, 2], of which the second is "real". The score is the softmax or sigmoid.
/// Outside training steps the module is in evaluation mode and must treat each row separately. For scores that are the same bits in every
/// batch, let a matrix product have 1 or more than 8 outputs, or inputs in multiples of 4.
/// </para>
/// <para>
/// In a format with labels, the module maps [batch, 1 + length]: the first column holds <see cref="SequenceFormat.VocabularySize"/> plus
/// the sequence's label, so that the discriminator judges whether a sequence is real and fits its label (Mirza, Osindero 2014, "Conditional
/// Generative Adversarial Nets"). An embedding then needs a row for each token and for each label.
/// </para>
/// <para>
/// What a module draws in a training step from libtorch's global generator on the CPU, as <c>nn.Dropout</c> does, depends only on the seed
/// and the number of the step: each step seeds that generator and restores it, and no two such steps run in a process at once. What it
/// draws on another device is not determined. The ready-made networks draw nothing from it. Not thread-safe.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using static TorchSharp.torch;
///
/// // Each token at each position has a vote.
/// using var discriminator = new ModuleDiscriminator(
///     "votes", nn.Sequential(nn.Embedding(format.VocabularySize, 1), nn.Flatten(), nn.Linear(format.MaxLength, 1)), format);
/// builder.UseDiscriminator(discriminator);
/// </code>
/// </example>
public class ModuleDiscriminator : IDiscriminator, ICheckpointable, IScalableLearningRate, IDisposable
{
    // Scoring always runs on tiles of this many rows, so that a score does not depend on how the caller cuts its batches. Small enough not
    // to waste work on a training batch; twice as many are only a tenth faster.
    private const int TileRows = 64;

    private readonly SequenceFormat _format;
    private readonly int _inputLength;
    private readonly (string Name, Parameter Value)[] _weights;
    private readonly Parameter[] _parameters;
    private readonly optim.Optimizer? _optimizer;
    private readonly ScaledLearningRates _learningRates;
    private readonly Device _device;
    private readonly double _gradientClip;
    private readonly ICompiledScorer? _compiled;
    private readonly ulong _seed;
    private uint _steps;
    private bool _disposed;

    /// <summary>Creates a discriminator.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="module">The network. It belongs to the discriminator, which moves it to the device and disposes it.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">How it learns; read once.</param>
    /// <param name="seed">Determines, with the number of the training step, what the module draws from libtorch's global generator.</param>
    /// <param name="createOptimizer">Makes the optimizer, which the discriminator disposes; null makes Adam.</param>
    /// <exception cref="ArgumentException">The name is empty, or options are out of range; all failures are listed.</exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    public ModuleDiscriminator(
        string name, nn.Module<Tensor, Tensor> module, SequenceFormat format, DiscriminatorOptions? options = null, ulong seed = 0,
        Func<IEnumerable<Parameter>, optim.Optimizer>? createOptimizer = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(format);
        LibTorch.EnsureLoaded();
        options ??= new DiscriminatorOptions();
        OptionsCheck.ThrowIfInvalid(options);
        (Name, Module, _format, _inputLength) = (name, module, format, format.InputFormat().MaxLength);
        (_device, _gradientClip, _seed) = (TorchDevice.Open(options.Device), options.GradientClip, seed);
        module.to(_device);
        module.eval();

        // Built inside a caller's dispose scope, the weights must outlive it.
        _weights = [.. module.named_parameters()];
        foreach (Tensor weight in _weights.Select(weight => weight.Value).Concat(module.buffers()))
            weight.DetachFromDisposeScope();
        _compiled = Compile(module);
        _parameters = [.. _weights.Select(weight => weight.Value).Where(parameter => parameter.requires_grad)];
        IEnumerable<Embedding> sparse = options.SparseEmbeddingUpdates ? module.modules().OfType<Embedding>() : [];
        if (_parameters.Length > 0)
        {
            _optimizer = createOptimizer?.Invoke(_parameters)
                ?? new OnePassAdam(_parameters, options.LearningRate, sparse.Select(layer => layer.weight!));
        }

        _learningRates = new ScaledLearningRates(_optimizer is null ? [] : [_optimizer]);
    }

    /// <summary>Creates a discriminator with a ready-made network, named "discriminator".</summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The network and how it learns; read once.</param>
    /// <param name="seed">Determines the weights and the dropout masks.</param>
    /// <exception cref="ArgumentException">Options are out of range or contradict each other or the format; all are listed.</exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    public static ModuleDiscriminator Create(SequenceFormat format, DiscriminatorOptions? options = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(format);
        options ??= new DiscriminatorOptions();
        return new ModuleDiscriminator("discriminator", DiscriminatorFactory.CreateNetwork(format, options, seed), format, options, seed);
    }

    /// <summary>
    /// As the other, with a network that may read a generator's states: <see cref="DiscriminatorNetwork.GeneratorStates"/>.
    /// </summary>
    /// <param name="generator">It stays the caller's to dispose, and must not be in use while the discriminator is.</param>
    /// <param name="options">The network and how it learns; read once.</param>
    /// <param name="seed">Determines the weights and the dropout masks.</param>
    /// <exception cref="ArgumentException">Options are out of range or contradict each other or the format; all are listed.</exception>
    public static ModuleDiscriminator Create(NeuralGenerator generator, DiscriminatorOptions? options = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(generator);
        options ??= new DiscriminatorOptions();
        SequenceFormat format = generator.Format;
        return new ModuleDiscriminator(
            "discriminator", DiscriminatorFactory.CreateNetwork(format, options, seed, generator), format, options, seed);
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public double LearningRateScale
    {
        get => _learningRates.Scale;
        set => _learningRates.Scale = value;
    }

    /// <summary>The network.</summary>
    protected internal nn.Module<Tensor, Tensor> Module { get; }

    /// <summary>Whether the module has registered a parameter, of which some may be fixed.</summary>
    internal bool HasParameters => _weights.Length > 0;

    /// <summary>A packed copy; null if it was never trained, or its network has no such form.</summary>
    /// <exception cref="SeqGanException">The weights have diverged.</exception>
    internal CompiledDiscriminator? Compile(PolicyWeights policy, PlattScaling calibration)
    {
        try
        {
            return _steps == 0 ? null : Module switch
            {
                StateNetwork states => states.Compile(policy, calibration),
                GruNetwork gru => gru.Compile(_format, calibration),
                _ => null,
            };
        }
        catch (InvalidWeightsException error)
        {
            throw new SeqGanException(
                $"The weights of discriminator '{Name}' have diverged: {error.Message} Train it again with a lower learning rate.", error);
        }
    }

    /// <summary>The probability of a logit.</summary>
    internal static float Probability(float logit) => 1 / (1 + MathF.Exp(-logit));

    internal bool IsOnProcessor => _device.type == DeviceType.CPU;

    /// <summary>Another number whenever weights may have changed.</summary>
    internal long WeightsVersion { get; private set; }

    /// <summary>Call this after writing weights from outside.</summary>
    internal void ForgetCompiled()
    {
        WeightsVersion++;
        _compiled?.Forget();
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary or is the padding token, a length does not fit, a label is missing, or the scores are not as many
    /// as the sequences.
    /// </exception>
    /// <exception cref="ScorerException">The module failed, or its output has another shape or is not a number.</exception>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _format.ThrowIfInvalid(sequences);
        if (scores.Length != sequences.Count)
            throw new ArgumentException(
                $"{sequences.Count} sequences need {sequences.Count} scores; there is room for {scores.Length}.", nameof(scores));
        using var noGrad = no_grad();
        if (_compiled is null || !TryScore(_compiled, sequences, scores, cancellationToken))
            Logits(sequences, scores.Span, cancellationToken);
        for (int row = 0; row < scores.Length; row++)
        {
            float score = scores.Span[row] = Probability(scores.Span[row]);
            if (float.IsNaN(score))
                throw new ScorerException(
                    Name, $"Discriminator '{Name}' gave sequence {row} the score NaN: its weights, or what its module computes from "
                    + $"them, are not finite.");
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    /// <remarks>
    /// The loss is the mean cross-entropy plus <see cref="Regularization"/>. A step whose loss or gradient is not finite changes no weight
    /// and reports a loss that is not finite. A module without a parameter that requires a gradient does not train.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary or is the padding token, a length does not fit, a label is missing, or both batches are empty;
    /// nothing was changed.
    /// </exception>
    /// <exception cref="ScorerException">The module failed, or its output has another shape; no weight was changed.</exception>
    public ValueTask<DiscriminatorStep> TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _format.ThrowIfInvalid(real);
        _format.ThrowIfInvalid(generated);
        int count = real.Count + generated.Count;
        if (count == 0)
            throw new ArgumentException("There are no sequences to learn from: real and generated are both empty.", nameof(real));
        cancellationToken.ThrowIfCancellationRequested();
        if (_optimizer is null)
            return ValueTask.FromResult(DiscriminatorStep.NotTrained);
        var key = new RandomKey(_seed, RandomPurpose.Dropout, _steps++);
        if (Module is IReadyMadeNetwork)
            return ValueTask.FromResult(Train(_optimizer, real, generated));
        using GlobalGenerator.Loan loan = GlobalGenerator.Seed(key.NextBits(0) | (ulong)key.NextBits(1) << 32);
        return ValueTask.FromResult(Train(_optimizer, real, generated));
    }

    /// <inheritdoc />
    public bool IsFinite => FiniteWeights.All(_parameters);

    /// <inheritdoc />
    /// <remarks>
    /// A safetensors file: the module's parameters and persistent buffers, the optimizer's state and how many steps were taken. What a
    /// module keeps elsewhere is not in it.
    /// </remarks>
    /// <exception cref="NotSupportedException">The optimizer, or the type of a parameter or buffer, cannot be saved.</exception>
    public void SaveState(Stream destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        State().Save(destination);
    }

    /// <inheritdoc />
    /// <exception cref="NotSupportedException">As of <see cref="SaveState"/>.</exception>
    public void RestoreState(Stream source, int version)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var scope = NewDisposeScope();
        ComponentState state = State();
        ForgetCompiled();
        state.Restore(source, version);
    }

    /// <summary>Frees the module and the optimizer.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the discriminator holds.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
            return;
        _disposed = true;
        _optimizer?.Dispose();
        _compiled?.Dispose();
        Module.Dispose();
    }

    /// <summary>A term that is added to the loss, a scalar tensor, or null for none.</summary>
    protected virtual Tensor? Regularization() => (Module as IReadyMadeNetwork)?.Regularization();

    private ComponentState State()
    {
        Dictionary<nint, string> names = _weights.ToDictionary(weight => weight.Value.Handle, weight => weight.Name);
        var learning = _parameters.Select(parameter => parameter.Handle).ToHashSet();
        return new ComponentState(
            $"discriminator '{Name}'",
            new Dictionary<string, string>
            {
                ["component"] = nameof(ModuleDiscriminator),
                ["optimizer"] = _optimizer is null ? "none" : OptimizerValues.NameOf(_optimizer),
            },
            [
                // What does not learn may hold infinities: a mask.
                .. _weights.Select(weight => new StateTensor(
                    $"parameter.{weight.Name}", weight.Value, learning.Contains(weight.Value.Handle) ? StateRange.Finite : StateRange.Any)),
                .. Module.named_buffers().Select(buffer => new StateTensor($"buffer.{buffer.name}", buffer.buffer, StateRange.Any)),
                .. _optimizer is null ? [] : OptimizerValues.Of(_optimizer, names, "optimizer"),
                .. from child in Module.named_modules()
                   where child.module is SeededDropout
                   select ((SeededDropout)child.module).State($"dropout.{child.name}"),
                new StateNumber<long>("steps", () => _steps, value => _steps = (uint)value, uint.MaxValue),
            ]);
    }

    private DiscriminatorStep Train(optim.Optimizer optimizer, TokenBatch real, TokenBatch generated)
    {
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        int count = real.Count + generated.Count;
        float[] labels = new float[count];
        labels.AsSpan(0, real.Count).Fill(1);
        Module.train();
        using var failure = new BackwardFailure();
        try
        {
            // Gradients that are null need neither zeroing nor adding.
            Module.zero_grad(set_to_none: true);
            Tensor logits = Logits(_format.Cells(count, real, generated), count);
            Tensor loss = nn.functional.binary_cross_entropy_with_logits(logits, tensor(labels, device: _device));
            if (Regularization() is { } term)
                loss = loss + term;
            loss.backward();
            if (failure.Error is { } error)
                throw new ScorerException(Name, $"The backward pass of discriminator '{Name}' failed: {error.Message}", error);
            double norm = Gradients.Norm(_parameters);
            double lossValue = loss.item<float>();
            if (double.IsFinite(lossValue) && double.IsFinite(norm))
            {
                // Before the step: one that fails may have written some of the weights.
                ForgetCompiled();
                Gradients.Step(optimizer, _parameters, norm, _gradientClip);
            }

            float[] scores = logits.detach().sigmoid().cpu().data<float>().ToArray();
            (float[] ofReal, float[] ofGenerated) = (scores[..real.Count], scores[real.Count..]);
            return new DiscriminatorStep
            {
                Loss = double.IsFinite(norm) ? lossValue : double.NaN,
                Accuracy = (double)(ofReal.Count(score => score >= 0.5f) + ofGenerated.Count(score => score < 0.5f)) / count,
                RealScore = ofReal.Length > 0 ? ofReal.Average() : double.NaN,
                GeneratedScore = ofGenerated.Length > 0 ? ofGenerated.Average() : double.NaN,
                GradientNorm = norm,
            };
        }
        finally
        {
            Module.eval();
        }
    }

    private void Logits(TokenBatch sequences, Span<float> logits, CancellationToken cancellationToken)
    {
        Module.eval();
        for (int start = 0; start < sequences.Count; start += TileRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            TokenBatch tile = sequences.Slice(start, Math.Min(TileRows, sequences.Count - start));
            Logits(_format.Cells(TileRows, tile), TileRows).cpu().data<float>().ToArray().AsSpan(0, tile.Count).CopyTo(logits[start..]);
        }
    }

    private ICompiledScorer? Compile(nn.Module<Tensor, Tensor> module) => module switch
    {
        ConvolutionalNetwork windows => windows.Compile(_format),
        StateNetwork states => new CompiledStates(() => states.Compile(null, PlattScaling.None)),
        GruNetwork gru when _device.type == DeviceType.CPU => new CompiledStates(() => gru.Compile(_format, PlattScaling.None)),
        _ => null,
    };

    private bool TryScore(ICompiledScorer compiled, TokenBatch sequences, Memory<float> logits, CancellationToken cancellationToken)
    {
        try
        {
            if (!compiled.TryScore(sequences, logits, cancellationToken))
                return false;
            // Without a token there is no state, and the module says what that means.
            for (int row = 0; row < sequences.Count && compiled is CompiledStates; row++)
            {
                if (sequences.LengthOf(row) == 0)
                    Logits(sequences.Slice(row, 1), logits.Span.Slice(row, 1), cancellationToken);
            }

            return true;
        }
        catch (Exception error) when (error is not (OperationCanceledException or ScorerException))
        {
            throw new ScorerException(
                Name, $"The module of discriminator '{Name}' failed on {sequences.Count} sequences: {error.Message}", error);
        }
    }

    private Tensor Logits(int[] cells, int rows)
    {
        Tensor tokens = tensor(cells, [rows, _inputLength], ScalarType.Int64, _device), output;
        try
        {
            output = Module.call(tokens);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            string shapeOfTokens = $"[{rows}, {_inputLength}]";
            throw new ScorerException(
                Name, $"The module of discriminator '{Name}' failed on tokens of the shape {shapeOfTokens}: {error.Message}", error);
        }

        long[] shape = output.shape;
        if (!output.is_floating_point())
            throw new ScorerException(
                Name, $"The module of discriminator '{Name}' returns values of type {output.dtype}; logits are floating-point numbers.");
        Tensor logits = output.to_type(ScalarType.Float32);
        return shape switch
        {
            [var batch] when batch == rows => logits,
            [var batch, 1] when batch == rows => logits.squeeze(1),
            [var batch, 2] when batch == rows => logits.select(1, 1) - logits.select(1, 0),
            _ => throw new ScorerException(
                Name, $"The module of discriminator '{Name}' maps [{rows}, {_inputLength}] to [{string.Join(", ", shape)}]; it must give "
                + $"one logit a sequence, [{rows}] or [{rows}, 1], or two, [{rows}, 2]."),
        };
    }
}
