using System.Diagnostics;

namespace SeqGan;

/// <summary>
/// Algorithm 1 of the paper (Yu, Zhang, Wang, Yu: "SeqGAN", AAAI 2017). Its G is <c>_generator</c>, D <c>_discriminator</c>,
/// beta belongs to <c>_rollout</c>, S are <c>_positives</c>, Q are <c>rewards</c>, and g-steps, d-steps and k are options.
/// </summary>
/// <remarks>
/// Where it stands is <c>_at</c> and what the objects beside it hold; the loops count in it, so that a training can go on from any
/// step's edge. Between two edges nothing but models changes: what is cancelled or fails there goes back to the edge. The
/// counters of random keys live as long as the trainer, so that a training that follows another draws fresh numbers.
/// </remarks>
internal sealed class TrainingLoop
{
    private readonly TrainerComponents _components;
    private readonly TrainingOptions _options;
    private readonly IGenerator _generator;
    private readonly IDiscriminator _discriminator;
    private readonly IRollout? _rollout;
    private readonly BatchSource _epochs;
    private readonly BatchSource _positives;
    private readonly SequenceBuffer _negatives;
    private readonly SequenceBuffer _sample;
    private readonly float[] _ones;
    private readonly float[] _rewards;
    private readonly PolicyGradient _policyGradient;
    private readonly HeldOutMetric _heldOut;
    private readonly EarlyStopping[] _earlyStopping;
    private readonly TrainingHealth _health;
    private readonly CheckpointKeeper _checkpoints;
    private readonly TrainingFigures _figures = new();
    private BatchSource? _negativeBatches;
    private Patience? _patience;
    private TrainingState _at = new();
    private TrainingState _edge;
    private bool _isResumed;
    private bool _beganAnew;

    public TrainingLoop(TrainerComponents components)
    {
        _components = components;
        _options = components.Options;
        _generator = components.Generator;
        _discriminator = components.Discriminator;
        _rollout = components.Rollout;
        Corpus corpus = components.Corpus;
        _epochs = new BatchSource(corpus.Training, corpus.Format, _options.BatchSize, components.Seed);
        _positives = new BatchSource(corpus.Training, corpus.Format, _options.BatchSize / 2, components.Seed);
        _negatives = new SequenceBuffer(corpus.Format, _options.NegativeSamples > 0 ? _options.NegativeSamples : corpus.Training.Count);
        _sample = new SequenceBuffer(corpus.Format, _options.BatchSize);
        _ones = new float[_options.BatchSize * corpus.Format.MaxLength];
        _ones.AsSpan().Fill(1);
        _rewards = new float[_ones.Length];
        _policyGradient = new PolicyGradient(components, _ones.Length);
        _heldOut = new HeldOutMetric(components);
        _earlyStopping = [.. _options.EarlyStopping.Select(stopping => new EarlyStopping(stopping, _generator, components.Logger))];
        _health = new TrainingHealth(components);
        _checkpoints = new CheckpointKeeper(components, _earlyStopping);
        _edge = Capture(new Dictionary<string, double>());
    }

    /// <summary>Checkpoints on demand.</summary>
    public CheckpointKeeper Checkpoints => _checkpoints;

    /// <summary>Where the training stands, between two trainings.</summary>
    public TrainingState State => _edge;

    /// <summary>Goes on where a checkpoint stands, with the next training.</summary>
    public void Resume(LoadedCheckpoint checkpoint)
    {
        Restore(_checkpoints.Restore(checkpoint));
        if (checkpoint.TypeOf(TrainerComponents.KlReferenceName) is null)
            _policyGradient.ResetReference(); // The penalty is new: what the checkpoint has is the nearest to what the phase began with.
        _isResumed = true;
    }

    public async Task<TrainingResult> RunAsync(TrainingPhase phases, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        _beganAnew = false;
        if ((_at.IsEnded && !_isResumed) || !GoesOn(phases))
        {
            (_beganAnew, _isResumed) = (_at.IsEnded, false);
            _at = _at.Begin(null);
        }

        var run = new TrainingRun(
            _components, _figures, _health, _at.Phase is null ? new Dictionary<string, double>() : _edge.Evaluations, progress, cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await _checkpoints.StartAsync(_edge, isBeginning: _at.Phase is null).ConfigureAwait(false);
            while (!await TrainAsync(run, phases).ConfigureAwait(false))
            {
                // It diverged, went back to a checkpoint, and goes on from there.
            }

            // One that was passed over leaves everything as the checkpoint has it.
            if (!_isResumed)
                _at = _at with { IsEnded = true };
            Commit(run);
            await _checkpoints.WhenWrittenAsync().ConfigureAwait(false);
            return run.Result;
        }
        catch (Exception error)
        {
            Restore(_edge);
            if (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                run.LogCancelled();
                await _checkpoints.WriteAsync(_edge).ConfigureAwait(false);
            }

            await _checkpoints.WhenWrittenAsync().ConfigureAwait(false);
            throw;
        }
    }

    // False when it diverged and stands at an earlier checkpoint.
    private async Task<bool> TrainAsync(TrainingRun run, TrainingPhase phases)
    {
        try
        {
            if (Enters(phases, TrainingPhase.GeneratorPretraining, _options.GeneratorPretrainingEpochs))
                await PretrainGeneratorAsync(run).ConfigureAwait(false);
            if (Enters(phases, TrainingPhase.DiscriminatorPretraining, _options.DiscriminatorPretrainingRounds))
                await PretrainDiscriminatorAsync(run).ConfigureAwait(false);
            if (Enters(phases, TrainingPhase.Adversarial, _options.AdversarialRounds))
                await TrainAdversariallyAsync(run).ConfigureAwait(false);
            return true;
        }
        catch (TrainingDivergedException divergence) when (_health.MayRollBack(divergence))
        {
            await RollBackAsync(divergence).ConfigureAwait(false);
            return false;
        }
    }

    // Line 2: maximum likelihood on S.
    private async Task PretrainGeneratorAsync(TrainingRun run)
    {
        using Activity? phase = run.StartPhase(TrainingPhase.GeneratorPretraining, _options.GeneratorPretrainingEpochs, _epochs.BatchesPerEpoch);
        while (HasRoundsLeft(_options.GeneratorPretrainingEpochs))
        {
            using Activity? round = EnterRound(run, startsEpoch: true);
            while (_epochs.TryNext(out TokenBatch sequences))
            {
                StepLikelihood(run, sequences);
                await EndStepAsync(run).ConfigureAwait(false);
            }

            await EndRoundAsync(run).ConfigureAwait(false);
        }

        await EndPhaseAsync(run).ConfigureAwait(false);
    }

    // Lines 4 and 5.
    private async Task PretrainDiscriminatorAsync(TrainingRun run)
    {
        using Activity? phase = run.StartPhase(TrainingPhase.DiscriminatorPretraining, _options.DiscriminatorPretrainingRounds, CountDiscriminatorSteps());
        await StartPatienceAsync(run).ConfigureAwait(false);
        while (HasRoundsLeft(_options.DiscriminatorPretrainingRounds) && !_at.IsDiscriminatorDone)
        {
            using Activity? round = EnterRound(run);
            await TrainDiscriminatorAsync(run).ConfigureAwait(false);
            await EndRoundAsync(run).ConfigureAwait(false);
        }

        await EndPhaseAsync(run).ConfigureAwait(false);
    }

    // Lines 3 and 6 to 19.
    private async Task TrainAdversariallyAsync(TrainingRun run)
    {
        long stepsPerRound = _options.GeneratorStepsPerRound * (long)_components.PolicyGradient.Passes + _options.DiscriminatorRoundsPerRound * CountDiscriminatorSteps();
        using Activity? phase = run.StartPhase(TrainingPhase.Adversarial, _options.AdversarialRounds, stepsPerRound);
        if (_at.Round == 0 && _at.GeneratorSteps == 0)
        {
            _rollout?.ResetPolicy();
            _policyGradient.ResetReference();
        }

        while (HasRoundsLeft(_options.AdversarialRounds))
        {
            using Activity? round = EnterRound(run);
            while (_at.GeneratorSteps < _options.GeneratorStepsPerRound)
                await StepPolicyGradientAsync(run).ConfigureAwait(false);

            await StartPatienceAsync(run).ConfigureAwait(false);
            while (_at.DiscriminatorRounds < _options.DiscriminatorRoundsPerRound && !_at.IsDiscriminatorDone)
                await TrainDiscriminatorAsync(run).ConfigureAwait(false);

            await EndRoundAsync(run).ConfigureAwait(false);
        }

        await EndPhaseAsync(run).ConfigureAwait(false);
    }

    // Lines 8 to 12: sample, estimate Q of every token (equation 4), ascend the policy gradient (equation 8).
    private async Task StepPolicyGradientAsync(TrainingRun run)
    {
        var before = new StateCopies(_components.Stateful.Where(component => component.IsReward));
        try
        {
            await AscendPolicyGradientAsync(run).ConfigureAwait(false);
        }
        catch
        {
            // The same estimation comes again.
            before.PutBack();
            throw;
        }

        await EndStepAsync(run).ConfigureAwait(false);
    }

    private async ValueTask AscendPolicyGradientAsync(TrainingRun run)
    {
        uint number = _at.Samples + 1;
        Sample(RandomPurpose.Sampling, number, _sample, run.Cancellation);
        TokenBatch sequences = _sample.AsBatch();
        Dictionary<string, long> notApplicable = CountNotApplicable();
        await EstimateRewardsAsync(run, sequences, new RewardRequest { Key = Key(RandomPurpose.Rollout, number), Round = _at.Round + 1 }).ConfigureAwait(false);
        run.Record(TrainingMetric.SampleUniqueness, ShareOfDifferent(sequences));
        if (run.RecordRewards(sequences, _rewards))
        {
            RecordScores(run, notApplicable);
            if (_policyGradient.Weigh(run, sequences, _rewards))
            {
                _policyGradient.Ascend(run, sequences);
                _rollout?.UpdatePolicy();
            }
        }

        _at = _at with { Samples = number, GeneratorSteps = _at.GeneratorSteps + 1 };
    }

    private async ValueTask EstimateRewardsAsync(TrainingRun run, TokenBatch sequences, RewardRequest request)
    {
        // What an estimator leaves unwritten must not be the last batch's.
        Array.Fill(_rewards, float.NaN);
        await _components.Rewards.EstimateAsync(sequences, request, _rewards, run.Cancellation).ConfigureAwait(false);
        run.Cancellation.ThrowIfCancellationRequested();
    }

    private void StepLikelihood(TrainingRun run, TokenBatch sequences)
    {
        GeneratorStep step;
        if (_options.ScheduledSampling == ScheduledSampling.None)
        {
            step = _generator.Train(sequences, _ones, GeneratorObjective.MaximumLikelihood);
        }
        else
        {
            uint number = _at.ScheduledBatches + 1;
            step = ((IScheduledSampler)_generator).TrainScheduled(
                sequences, ScheduledSamplingDecay.TruthAt(_options, _at.Round), Key(RandomPurpose.ScheduledSampling, number), run.Cancellation);
            _at = _at with { ScheduledBatches = number };
        }

        run.Record(step, GeneratorObjective.MaximumLikelihood, sequences.TokenCount);
        run.RecordWeights("generator", _generator);
    }

    // Lines 15 and 16: k epochs on fresh negatives; fewer when the discriminator should not, or does not, learn further.
    private async ValueTask TrainDiscriminatorAsync(TrainingRun run)
    {
        BatchSource negatives = SampleNegatives(run);
        while (_at.DiscriminatorEpochs < _options.DiscriminatorEpochs && !_at.IsDiscriminatorDone)
        {
            if (negatives.Position.Epoch == 0)
                negatives.StartEpoch(NextShuffle());
            while (!_at.IsDiscriminatorDone && negatives.TryNext(out TokenBatch generated))
                await StepDiscriminatorAsync(run, generated).ConfigureAwait(false);

            bool isExhausted = _options.DiscriminatorPatience > 0 && !_at.IsDiscriminatorDone && await IsExhaustedAsync(run).ConfigureAwait(false);
            negatives.Position = default;
            _at = _at with { DiscriminatorEpochs = _at.DiscriminatorEpochs + 1, IsDiscriminatorDone = _at.IsDiscriminatorDone || isExhausted };
            Commit(run);
        }

        _negativeBatches = null;
        _at = _at with { DiscriminatorRounds = _at.DiscriminatorRounds + 1, DiscriminatorEpochs = 0, HasNegatives = false };
    }

    private BatchSource SampleNegatives(TrainingRun run)
    {
        if (_negativeBatches is not null)
            return _negativeBatches;
        // Within a discriminator's round the generator stays as it is: the same key gives the same sequences once more.
        uint number = _at.HasNegatives ? _at.NegativeSets : _at.NegativeSets + 1;
        Sample(RandomPurpose.NegativeSampling, number, _negatives, run.Cancellation);
        _negativeBatches = new BatchSource(_negatives.AsBatch(), _negatives.Format, _options.BatchSize / 2, _components.Seed);
        if (_at.HasNegatives)
            _negativeBatches.Position = _at.Negatives;
        _at = _at with { NegativeSets = number, HasNegatives = true };
        return _negativeBatches;
    }

    // Labels are in the proportions of the training data, so that the discriminator cannot tell by them alone.
    private void Sample(RandomPurpose purpose, uint number, SequenceBuffer destination, CancellationToken cancellationToken)
    {
        int[] labels = _components.Corpus.Labels?.Spread(destination.Count, Key(RandomPurpose.Labels, number)) ?? [];
        _generator.Sample(new SampleRequest { Key = Key(purpose, number), Labels = labels }, destination, cancellationToken);
    }

    private async ValueTask StepDiscriminatorAsync(TrainingRun run, TokenBatch generated)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        TokenBatch real = NextPositives(generated.Count);
        DiscriminatorStep step = await TrainOnAsync(run, real, generated).ConfigureAwait(false);
        if (!step.Trained)
        {
            run.LogDiscriminatorDoesNotTrain(_discriminator.Name);
            _at = _at with { IsDiscriminatorDone = true };
            return;
        }

        run.Record(step, real.TokenCount + generated.TokenCount);
        await EndStepAsync(run).ConfigureAwait(false);
    }

    private async ValueTask<DiscriminatorStep> TrainOnAsync(TrainingRun run, TokenBatch real, TokenBatch generated)
    {
        string name = _discriminator.Name;
        DiscriminatorStep? step;
        try
        {
            step = await _discriminator.TrainAsync(real, generated, run.Cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (CheckedScorer.IsFailure(error, run.Cancellation))
        {
            throw new ScorerException(name, $"Discriminator '{name}' failed to train on {real.Count} real and {generated.Count} generated sequences: {error.Message}", error);
        }

        return step ?? throw new ScorerException(name, $"Discriminator '{name}' returned null from its training step; one that does not train returns {nameof(DiscriminatorStep)}.{nameof(DiscriminatorStep.NotTrained)}.");
    }

    private TokenBatch NextPositives(int count)
    {
        if (!_positives.TryNext(out TokenBatch real))
        {
            _positives.StartEpoch(NextShuffle());
            _positives.TryNext(out real);
        }

        return real.Slice(0, Math.Min(count, real.Count));
    }

    private async ValueTask StartPatienceAsync(TrainingRun run)
    {
        if (_options.DiscriminatorPatience == 0 || _patience is not null)
            return;
        var patience = new Patience(_options.DiscriminatorPatience);
        patience.Observe(await MeasureHeldOutAsync(run).ConfigureAwait(false));
        _patience = patience;
        Commit(run);
    }

    private async ValueTask<bool> IsExhaustedAsync(TrainingRun run)
    {
        double accuracy = await MeasureHeldOutAsync(run).ConfigureAwait(false);
        _patience!.Observe(accuracy);
        if (_patience.IsExhausted)
            run.LogPatienceExhausted(accuracy, _options.DiscriminatorPatience);
        return _patience.IsExhausted;
    }

    private async ValueTask<double> MeasureHeldOutAsync(TrainingRun run)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        if (await _heldOut.MeasureAsync(run.Cancellation).ConfigureAwait(false) is not { } accuracy)
            return double.NaN;
        run.RecordHeldOut(accuracy);
        return accuracy.Balanced;
    }

    // Estimations that were given up, and selections between two trainings, count too: a step's own are the difference.
    private Dictionary<string, long> CountNotApplicable() => _components.Rewards is IScoreTally tally
        ? tally.NotApplicable.GroupBy(pair => pair.Key, pair => pair.Value).ToDictionary(scorer => scorer.Key, scorer => scorer.Sum())
        : [];

    private void RecordScores(TrainingRun run, Dictionary<string, long> notApplicableBefore)
    {
        if (_components.Rewards is not IScoreTally tally)
            return;
        run.RecordScores(tally.Components);
        foreach ((string scorer, long total) in CountNotApplicable())
        {
            long before = notApplicableBefore.GetValueOrDefault(scorer);
            if (total > before)
                run.RecordNotApplicable(scorer, total - before);
        }
    }

    // A phase that is not open begins; phases before the open one are behind it.
    private bool Enters(TrainingPhase phases, TrainingPhase phase, int rounds)
    {
        if (!phases.HasFlag(phase) || phase < _at.Phase || (rounds == 0 && phase != _at.Phase))
            return false;
        if (phase == _at.Phase)
        {
            _isResumed = false;
            _at = _at with { IsEnded = false };
            return true;
        }

        foreach (EarlyStopping stopping in _earlyStopping)
            stopping.StartPhase(phase);
        _patience = null;
        _at = _at.Begin(phase);
        return true;
    }

    // Trainings that a checkpoint has behind it are passed over, until the one comes that it was written in.
    private bool GoesOn(TrainingPhase phases) =>
        _at.Phase is { } open && (phases.HasFlag(open) || (_isResumed && phases < open));

    private bool HasRoundsLeft(int rounds) => (_at.Round < rounds || _at.IsInRound) && !_at.IsPhaseStopped;

    private Activity? EnterRound(TrainingRun run, bool startsEpoch = false)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        if (!_at.IsInRound)
        {
            _figures.StartRound();
            if (startsEpoch)
                _epochs.StartEpoch(NextShuffle());
            _at = _at with { IsInRound = true, RoundSteps = _figures.Steps };
        }

        return run.EnterRound(_at.Round + 1, _at.RoundSteps);
    }

    private async ValueTask EndRoundAsync(TrainingRun run)
    {
        run.RecordWeights("generator", _generator);
        run.RecordWeights("discriminator", _discriminator);
        if (run.Phase != TrainingPhase.GeneratorPretraining && _options.DiscriminatorPatience == 0)
            await MeasureHeldOutAsync(run).ConfigureAwait(false);
        TrainingProgress progress = await ReportRoundAsync(run).ConfigureAwait(false);
        bool stops = false;
        foreach (EarlyStopping stopping in _earlyStopping)
            stops |= stopping.Observe(progress);
        if (run.Phase == TrainingPhase.Adversarial)
        {
            _patience = null;
            _policyGradient.EndRound(progress.Round);
            if (stops || progress.Round == _options.AdversarialRounds)
                _policyGradient.EndPhase(progress.Kl);
        }

        _at = _at.EndRound(stops, keepsDiscriminator: run.Phase == TrainingPhase.DiscriminatorPretraining);
        Commit(run);

        // Before the checkpoint: one that shows the sign would be resumed past it.
        _health.ThrowIfStopped(progress);
        await _checkpoints.WriteIfDueAsync(_edge, progress).ConfigureAwait(false);
    }

    private async ValueTask<TrainingProgress> ReportRoundAsync(TrainingRun run)
    {
        var before = new StateCopies(_components.Stateful.Where(component => component.IsObserver));
        try
        {
            return await run.EndRoundAsync().ConfigureAwait(false);
        }
        catch
        {
            // The same report comes again.
            before.PutBack();
            throw;
        }
    }

    private async ValueTask EndPhaseAsync(TrainingRun run)
    {
        foreach (EarlyStopping stopping in _earlyStopping)
            stopping.EndPhase(run.Phase);
        Commit(run);
        await _checkpoints.WriteAsync(_edge).ConfigureAwait(false);
        run.EndPhase();
    }

    // The edge: from here on the step is taken, whatever happens.
    private async ValueTask EndStepAsync(TrainingRun run)
    {
        Commit(run);
        await _checkpoints.WriteIfDueAsync(_edge).ConfigureAwait(false);
        await run.ReportIfDueAsync().ConfigureAwait(false);
        run.Cancellation.ThrowIfCancellationRequested();
    }

    private async Task RollBackAsync(TrainingDivergedException divergence)
    {
        LoadedCheckpoint checkpoint = await _checkpoints.ReadHealthyAsync().ConfigureAwait(false) ?? throw divergence;
        TrainingState restored = _checkpoints.Restore(checkpoint);
        _checkpoints.GoBackTo(checkpoint);
        if (_beganAnew && restored.IsEnded)
            restored = restored.Begin(null); // Of the training before this one.
        Restore(restored with { Health = _health.AfterRollBack(restored.Health) });
        Log.RolledBack(_components.Logger, divergence.Phase.ToString(), divergence.Step, divergence.Quantity, checkpoint.Info.Path, _health.State.LearningRateScale);
    }

    private void Commit(TrainingRun run) => _edge = Capture(run.Evaluations);

    private TrainingState Capture(IReadOnlyDictionary<string, double> evaluations) => _at with
    {
        Measurements = _heldOut.Measurements,
        Epoch = _epochs.Position,
        Positives = _positives.Position,
        Negatives = _negativeBatches?.Position ?? _at.Negatives,
        Baseline = _policyGradient.Baseline,
        Kl = _policyGradient.Kl,
        Patience = _patience?.State,
        Metrics = _figures.State,
        Evaluations = evaluations.Count == 0 ? evaluations : new Dictionary<string, double>(evaluations),
        EarlyStopping = [.. _earlyStopping.Select(stopping => stopping.State)],
        Health = _health.State,
    };

    private void Restore(TrainingState state)
    {
        (_at, _edge) = (state, state);
        _heldOut.Measurements = state.Measurements;
        _epochs.Position = state.Epoch;
        _positives.Position = state.Positives;
        _negativeBatches = null;
        _policyGradient.Baseline = state.Baseline;
        _policyGradient.Kl = state.Kl ?? KlState.Initial;
        _patience = state.Patience is { } patience ? new Patience(_options.DiscriminatorPatience) { State = patience } : null;
        _figures.State = state.Metrics;
        foreach (EarlyStopping stopping in _earlyStopping)
            stopping.Patience = stopping.FindState(state.EarlyStopping) is { } index ? state.EarlyStopping[index].Patience : PatienceState.Initial;
        _health.State = state.Health;
    }

    private uint NextShuffle()
    {
        _at = _at with { Shuffles = _at.Shuffles + 1 };
        return _at.Shuffles;
    }

    private long CountDiscriminatorSteps()
    {
        int half = Math.Min(_options.BatchSize / 2, _negatives.Count);
        return (long)_options.DiscriminatorEpochs * (_negatives.Count / half);
    }

    private static double ShareOfDifferent(TokenBatch sequences) => (double)SequenceComparer.Distinct(sequences).Count / sequences.Count;

    private RandomKey Key(RandomPurpose purpose, uint step) => new(_components.Seed, purpose, step);
}
