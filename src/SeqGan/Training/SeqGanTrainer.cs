using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>Trains a generator against a discriminator on a corpus, and generates with it.</summary>
/// <remarks>
/// <para>
/// It does one thing at a time: a second training, or generating while one runs, throws <see cref="InvalidOperationException"/>; an
/// observer uses its context instead. Its methods may be called from any thread. After it was disposed they throw
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// <para>
/// Disposing it disposes the components that factories made for it, not those that were handed in. It cancels a running training or
/// selection and waits for its step to end, so an observer must not do it.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using SeqGanTrainer trainer = new SeqGanBuilder().UseCorpus(corpus).Build();
/// await trainer.TrainAsync(cancellationToken: cancellationToken); // an interrupted training: call it again
/// trainer.SaveModel("names.seqgan");
///
/// var options = new SamplingOptions { Seed = 7, Temperature = 0.8 };
/// foreach (string name in trainer.Generate(100, options))
///     Console.WriteLine(name);
/// </code>
/// </example>
public sealed partial class SeqGanTrainer : IDisposable, IAsyncDisposable
{
    private readonly TrainerComponents _components;
    private readonly TrainingSession _session;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _lifetime = new();
    private volatile Task<TrainingResult>? _latestTraining;
    private int _isDisposed;

    /// <exception cref="OptionsValidationException">The components do not fit together; all failures are listed.</exception>
    internal SeqGanTrainer(TrainerComponents components)
    {
        string[] failures = [.. components.FindFailures()];
        if (failures.Length > 0)
            throw new OptionsValidationException(nameof(SeqGanTrainer), typeof(TrainingOptions), failures);
        _components = components with { Options = components.Options.Copy() };
        _session = new TrainingSession(_components);
    }

    /// <summary>The generator; not to be used while a training runs.</summary>
    public IGenerator Generator => _components.Generator;

    /// <summary>The discriminator; not to be used while a training runs.</summary>
    public IDiscriminator Discriminator => _components.Discriminator;

    /// <summary>The corpus.</summary>
    public Corpus Corpus => _components.Corpus;

    /// <summary>A copy of all options; changing it changes nothing.</summary>
    public SeqGanOptions Options => _components.Options.Copy();

    internal TrainerComponents Components => _components;

    /// <summary>The latest checkpoint that this trainer wrote; null before the first one. From any thread.</summary>
    public CheckpointInfo? LatestCheckpoint => _session.Checkpoints.Latest;

    /// <summary>
    /// The task of the training that runs, or of the latest one; null before the first one. It tells from any thread whether and how the
    /// training has ended, that of a host too.
    /// </summary>
    public Task<TrainingResult>? LatestTraining => _latestTraining;

    /// <summary>Trains through all phases; see the other overload.</summary>
    /// <param name="progress">Receives every report, after the observers; see the other overload.</param>
    /// <param name="cancellationToken">Stops the training at a step's edge; what was learned stays.</param>
    public Task<TrainingResult> TrainAsync(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        TrainAsync(TrainingPhase.All, progress, cancellationToken);

    /// <summary>
    /// Trains through the chosen phases, on the thread pool. Called again after the end, it begins the phases again, with the models as
    /// they are and fresh random numbers; after a cancellation or failure it resumes where it stopped, if that phase is chosen.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A trainer built with <see cref="SeqGanBuilder.ResumeFrom"/> resumes where the checkpoint was written. It skips phases that were
    /// complete by then, even if a call asks for them alone. If they all were, nothing happens and no checkpoint is written.
    /// </para>
    /// <para>
    /// Before the trainer's first training, its components are tried on two sequences, without a trace in the results: the generator and
    /// the rollout make some, the discriminator and the rewards score some, once each, and a discriminator that is
    /// <see cref="ICheckpointable"/> takes a step that is then taken back. What fails there would fail later.
    /// </para>
    /// </remarks>
    /// <param name="phases">The phases; they run in the order of <see cref="TrainingPhase"/>.</param>
    /// <param name="progress">
    /// Receives every report, after the observers, on the training's thread. A <see cref="Progress{T}"/> passes them on to another thread:
    /// its last report may arrive after the training has ended. An observer (<see cref="SeqGanBuilder.AddObserver(Action{TrainingProgress},
    /// bool)"/>) sees all of them, in order, before that.
    /// </param>
    /// <param name="cancellationToken">Stops the training at a step's edge; what was learned stays.</param>
    /// <exception cref="OperationCanceledException">Cancelled, or the trainer was disposed meanwhile.</exception>
    /// <exception cref="TrainingDivergedException">The training shows a sign of divergence that stops it.</exception>
    /// <exception cref="ScorerException">A scorer or the discriminator broke its contract.</exception>
    public Task<TrainingResult> TrainAsync(
        TrainingPhase phases, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if ((phases & ~TrainingPhase.All) != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(phases), phases,
                $"Phases are combinations of {nameof(TrainingPhase.GeneratorPretraining)}, "
                + $"{nameof(TrainingPhase.DiscriminatorPretraining)} and {nameof(TrainingPhase.Adversarial)}.");
        }

        Turn turn = TakeTurn();
        Task<TrainingResult> training = Task.Run(() => RunAsync(turn, phases, progress, cancellationToken), CancellationToken.None);
        _latestTraining = training;
        return training;
    }

    /// <summary>Writes a checkpoint: at the next step's edge of a running training, otherwise at once.</summary>
    /// <remarks>
    /// The training waits until an earlier checkpoint is on the disk and the states are copied in memory, which takes milliseconds. A
    /// background thread writes the copy.
    /// </remarks>
    /// <param name="cancellationToken">Ends the wait; a write that has begun continues.</param>
    /// <returns>The checkpoint; it would survive a power failure.</returns>
    /// <exception cref="InvalidOperationException"><see cref="CheckpointOptions.Directory"/> is not set.</exception>
    /// <exception cref="CheckpointException">It could not be written; earlier ones are untouched, and the training continues.</exception>
    public async Task<CheckpointInfo> SaveCheckpointAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (_components.CheckpointStore is null)
            throw new InvalidOperationException(
                $"No checkpoints are written: set {nameof(CheckpointOptions)}.{nameof(CheckpointOptions.Directory)}.");
        CheckpointKeeper checkpoints = _session.Checkpoints;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.Token);
        try
        {
            await checkpoints.Gate.WaitAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(SeqGanTrainer));
        }

        Task<CheckpointInfo> writing;
        try
        {
            cancellationToken.ThrowIfCancellationRequested(); // The gate may have opened before the cancellation reached it.
            writing = await checkpoints.SaveAsync(_session.State).ConfigureAwait(false);
        }
        finally
        {
            checkpoints.Gate.Release();
        }

        return await writing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Samples sequences and decodes them.</summary>
    /// <param name="count">How many; at least 0.</param>
    /// <param name="options">
    /// How tokens are drawn; null is the defaults. A seed that was drawn because there is none is logged. Without a label, a corpus with
    /// labels gives them in the proportions of the training data. A constraint holds beside the generator's own.
    /// </param>
    /// <param name="prefix">The text that each sequence begins with; none where empty.</param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    /// <returns>Texts; for a corpus of raw tokens, their ids with a space between them.</returns>
    /// <exception cref="ArgumentException">
    /// The count or an option is out of range; there is no such label; or the prefix is too long or has a token that the vocabulary lacks.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The options have top-k, top-p, a constraint or refinement, and the generator is not an <see cref="ICompilableGenerator"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There is a prefix, and the corpus has no vocabulary; or the options refine, and <see cref="Compile"/> finds no discriminator for it.
    /// </exception>
    public IReadOnlyList<string> Generate(
        int count, SamplingOptions? options = null, string prefix = "", CancellationToken cancellationToken = default) =>
        Corpus.Decode(Sample(count, options, Corpus.EncodePrefix(prefix), cancellationToken).AsBatch());

    /// <summary>Samples sequences; for the parameters and errors see <see cref="Generate"/>.</summary>
    /// <returns>
    /// Sequences of at most <see cref="SequenceFormat.MaxLengthWithoutEnd"/> tokens and their end token; one that did not end within that
    /// limit has no end token (<see cref="SequenceFormat.HasEnded"/>).
    /// </returns>
    [OverloadResolutionPriority(1)]
    public SequenceBuffer Sample(int count, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Sample(count, options, default, cancellationToken);

    /// <summary>Samples sequences with a label for each, or from a prefix of tokens.</summary>
    /// <param name="count">How many; at least 0.</param>
    /// <param name="request">
    /// What to sample. Where it names no labels and the corpus has some, they are in the proportions of the training data.
    /// </param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    /// <exception cref="ArgumentException">The count, the temperature, the prefix or the labels are out of range.</exception>
    public SequenceBuffer Sample(int count, SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(request);
        Generator.Format.ThrowIfInvalidBeginning(request.Prefix.Span, nameof(request));
        if (request.Labels.IsEmpty && Corpus.Labels is { } labels)
            request = request with { Labels = labels.Draw(count, request.Key with { Purpose = RandomPurpose.Labels }, request.FirstRow) };
        using Turn turn = TakeTurn();
        SequenceBuffer sampled = Generator.Sample(count, request, cancellationToken);
        sampled.LimitRows();
        return sampled;
    }

    /// <summary>
    /// Draws several times as many sequences as are asked for, and keeps those that the discriminator, combined with the rewards as in
    /// training, scores best. The effect is measured against the corpus's held-out and training sequences. The count is at least 0.
    /// </summary>
    /// <remarks>
    /// Best of n by the discriminator, a simple form of rejection sampling toward the data (Azadi et al. 2019, "Discriminator Rejection
    /// Sampling"). The more sequences are drawn for each that is kept, the higher the scores and the lower the diversity:
    /// <see cref="SelectionEffect"/> shows both. The same seed keeps the same sequences, whatever the chunks. Weights that change with the
    /// round are those of the last one. With a reward estimator of your own without a known scorer, the discriminator alone counts.
    /// </remarks>
    /// <exception cref="ArgumentException">The count or an option is out of range, or the corpus has no such label.</exception>
    /// <exception cref="ScorerException">A scorer or the discriminator broke its contract.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the trainer was disposed meanwhile.</exception>
    public async Task<SelectionResult> SelectAsync(
        int count, SelectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        using Turn turn = TakeTurn();
        options ??= new SelectionOptions();
        if (options.Seed is null)
        {
            options = options.WithSeed();
            Log.SeedDrawn(_components.Logger, options.Seed!.Value);
        }

        ISequenceScorer scorer = _components.Scorer ?? Discriminator;
        if (_session.State.LastAdversarialRound is { } round)
            CombinedScorer.SetRound(scorer, round);
        TokenBatch? reference = Corpus.HeldOut.Count > 0 ? Corpus.HeldOut : null;
        var training = SequenceFingerprints.Of(Corpus.Training);
        var selector = new SequenceSelector(Generator, scorer, reference, training, Corpus.Format.UnknownToken)
        {
            Labels = Corpus.Labels,
            Label = options.Label is { } label ? IndexOf(label) : null,
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.Token);
        return await selector.SelectAsync(count, options, stop.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Makes an immutable copy of the generator that samples without TorchSharp, from any number of threads. It has the present weights,
    /// the corpus's vocabulary, labels and tokenizer and the fingerprints of its training sequences, but not the constraint.
    /// </summary>
    /// <remarks>
    /// A discriminator that was trained is in it, too, for <see cref="SamplingOptions.Refine"/>, if its network is
    /// <see cref="DiscriminatorNetwork.GeneratorStates"/> or <see cref="DiscriminatorNetwork.Gru"/>: its log-odds are calibrated on
    /// held-out and freshly generated sequences, in a second or so, more for long sequences. If the corpus holds none out, they are not,
    /// which is logged.
    /// </remarks>
    /// <exception cref="NotSupportedException">The generator is not an <see cref="ICompilableGenerator"/>.</exception>
    public CompiledPolicy Compile() =>
        CompileWeights(withDiscriminator: true, CancellationToken.None).WithTrainingSequences(SequenceFingerprints.Of(Corpus.Training));

    // Without the fingerprints of the training sequences, which sampling does not need.
    private CompiledPolicy CompileWeights(bool withDiscriminator, CancellationToken cancellationToken)
    {
        using Turn turn = TakeTurn();
        CompiledPolicy policy = new TrainingContext(Generator, Discriminator, Corpus).Compile();
        return withDiscriminator ? DiscriminatorCalibration.Add(policy, _components, cancellationToken) : policy;
    }

    /// <summary>Writes what <see cref="Compile"/> gives to one file, for <see cref="CompiledPolicy.Load"/>.</summary>
    /// <param name="path">Written under a temporary name beside it and renamed, so that a file is whole or absent.</param>
    /// <exception cref="NotSupportedException">As of <see cref="Compile"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; one that was there is untouched.</exception>
    public void SaveModel(string path) => Compile().Save(path);

    /// <summary>Cancels a running training, waits for its step to end, and disposes what the trainer owns.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _lifetime.Cancel();
        _turn.Wait();
        _session.Checkpoints.Gate.Wait();
        DisposeOwned();
    }

    /// <summary>As <see cref="Dispose"/>, without blocking.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _lifetime.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        await _session.Checkpoints.Gate.WaitAsync().ConfigureAwait(false);
        DisposeOwned();
    }

    internal void Resume(LoadedCheckpoint checkpoint) => _session.Resume(checkpoint);

    private async Task<TrainingResult> RunAsync(
        Turn turn, TrainingPhase phases, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.Token);
            return await _session.RunAsync(phases, progress, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            // In this order: the listener may dispose the trainer, which takes the turn.
            turn.Dispose();
            await _session.Checkpoints.WhenToldAsync().ConfigureAwait(false);
        }
    }

    private SequenceBuffer Sample(int count, SamplingOptions? options, ReadOnlyMemory<int> prefix, CancellationToken cancellationToken)
    {
        options = Check(count, options);
        if (IsPlain(options))
            return Sample(count, RequestOf(count, options, prefix), cancellationToken);
        SequenceSampler sampler = CompileSampler(ref options, cancellationToken);
        return sampler.Complete(prefix.Span, count, options, cancellationToken);
    }

    /// <summary>Rejects what is out of range, and draws a seed if there is none.</summary>
    private SamplingOptions Check(int count, SamplingOptions? options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        options ??= new SamplingOptions();
        options.ThrowIfInvalid(nameof(options));
        if (options.Seed is not null)
            return options;
        options = options.WithSeed();
        Log.SeedDrawn(_components.Logger, options.Seed!.Value);
        return options;
    }

    private SampleRequest RequestOf(int count, SamplingOptions options, ReadOnlyMemory<int> prefix) => new()
    {
        Key = new RandomKey(options.Seed!.Value, RandomPurpose.Sampling),
        Temperature = options.Temperature,
        Prefix = prefix,
        Labels = options.Label is { } label ? Enumerable.Repeat(IndexOf(label), count).ToArray() : default(ReadOnlyMemory<int>),
    };

    private static bool IsPlain(SamplingOptions options) =>
        options is { TopK: null, TopP: 1, Constraint: null, AllowUnknown: false, Refine: null or 1 };

    // A generator knows neither top-k nor top-p nor other constraints than its own, nor a discriminator: a copy of it does.
    private SequenceSampler CompileSampler(ref SamplingOptions options, CancellationToken cancellationToken)
    {
        var sampler = new SequenceSampler(CompileWeights(withDiscriminator: options.Refine > 1, cancellationToken));
        ITokenConstraint? own = Generator.Constraint;
        if (own is not null && options.Constraint != own)
            options = options with { Constraint = options.Constraint is { } asked ? own.And(asked) : own };
        return sampler;
    }

    private int IndexOf(string label) => Corpus.Labels is { } labels
        ? labels.IndexOf(label)
        : throw new ArgumentException($"The label '{label}' was asked for, but the sequences of the corpus have no labels.", nameof(label));

    private Turn TakeTurn()
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        if (!_turn.Wait(0))
        {
            ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
            throw new InvalidOperationException(
                "The trainer is busy: it trains or samples already. Wait for that to end, or use the context's generator in an observer.");
        }

        // A save does not count as busy: it soon returns the gate.
        _session.Checkpoints.Gate.Wait();
        return new Turn(this);
    }

    private void DisposeOwned()
    {
        for (int i = _components.Owned.Count - 1; i >= 0; i--)
            _components.Owned[i].Dispose();
        _lifetime.Dispose();
    }

    private readonly struct Turn(SeqGanTrainer trainer) : IDisposable
    {
        public void Dispose()
        {
            trainer._session.Checkpoints.Gate.Release();
            trainer._turn.Release();
        }
    }
}
