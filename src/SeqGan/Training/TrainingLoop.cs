using System.Diagnostics;

namespace SeqGan;

/// <summary>
/// Algorithm 1 of the paper (Yu, Zhang, Wang, Yu: "SeqGAN", AAAI 2017). Its G is <c>_generator</c>, D <c>_discriminator</c>,
/// beta belongs to <c>_rollout</c>, S are <c>_positives</c>, Q are <c>rewards</c>, and g-steps, d-steps and k are options.
/// </summary>
/// <remarks>
/// The counters of random keys live as long as the trainer, so that a training that goes on after another, or after a
/// cancellation, draws fresh numbers.
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
    private readonly float[] _advantages;
    private readonly PositionBaseline _baseline;
    private readonly HeldOutMetric _heldOut;
    private readonly Dictionary<string, long> _notApplicable = [];
    private readonly TrainingMetrics _metrics = new();
    private uint _shuffles;
    private uint _negativeSets;
    private uint _samples;

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
        _advantages = new float[_ones.Length];
        _baseline = new PositionBaseline(components.Baseline, components.BaselineDecay, corpus.Format.MaxLength);
        _heldOut = new HeldOutMetric(components);
    }

    public async Task<TrainingResult> RunAsync(TrainingPhases phases, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var run = new TrainingRun(_components, _metrics, progress, cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (phases.HasFlag(TrainingPhases.GeneratorPretraining) && _options.GeneratorPretrainingEpochs > 0)
                await PretrainGeneratorAsync(run).ConfigureAwait(false);
            if (phases.HasFlag(TrainingPhases.DiscriminatorPretraining) && _options.DiscriminatorPretrainingRounds > 0)
                await PretrainDiscriminatorAsync(run).ConfigureAwait(false);
            if (phases.HasFlag(TrainingPhases.Adversarial) && _options.AdversarialRounds > 0)
                await TrainAdversariallyAsync(run).ConfigureAwait(false);
            return run.Result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            run.LogCancelled();
            throw;
        }
    }

    // Line 2: maximum likelihood on S.
    private async Task PretrainGeneratorAsync(TrainingRun run)
    {
        using Activity? phase = run.StartPhase(TrainingPhase.GeneratorPretraining, _options.GeneratorPretrainingEpochs, _epochs.BatchesPerEpoch);
        for (int epoch = 1; epoch <= _options.GeneratorPretrainingEpochs; epoch++)
        {
            using Activity? round = run.StartRound(epoch);
            _epochs.StartEpoch(++_shuffles);
            while (_epochs.TryNext(out TokenBatch sequences))
            {
                run.Cancellation.ThrowIfCancellationRequested();
                StepGenerator(run, sequences, _ones, GeneratorObjective.MaximumLikelihood);
                await run.ReportIfDueAsync().ConfigureAwait(false);
            }

            await run.EndRoundAsync().ConfigureAwait(false);
        }

        run.EndPhase();
    }

    // Lines 4 and 5.
    private async Task PretrainDiscriminatorAsync(TrainingRun run)
    {
        using Activity? phase = run.StartPhase(TrainingPhase.DiscriminatorPretraining, _options.DiscriminatorPretrainingRounds, CountDiscriminatorSteps());
        Patience patience = await StartPatienceAsync(run).ConfigureAwait(false);
        bool goesOn = true;
        for (int pretrainingRound = 1; goesOn && pretrainingRound <= _options.DiscriminatorPretrainingRounds; pretrainingRound++)
        {
            using Activity? round = run.StartRound(pretrainingRound);
            goesOn = await TrainDiscriminatorAsync(run, patience).ConfigureAwait(false);
            await EndRoundAsync(run).ConfigureAwait(false);
        }

        run.EndPhase();
    }

    // Lines 3 and 6 to 19.
    private async Task TrainAdversariallyAsync(TrainingRun run)
    {
        long stepsPerRound = _options.GeneratorStepsPerRound + _options.DiscriminatorRoundsPerRound * CountDiscriminatorSteps();
        using Activity? phase = run.StartPhase(TrainingPhase.Adversarial, _options.AdversarialRounds, stepsPerRound);
        _rollout?.ResetPolicy();
        for (int adversarialRound = 1; adversarialRound <= _options.AdversarialRounds; adversarialRound++)
        {
            using Activity? round = run.StartRound(adversarialRound);
            for (int step = 0; step < _options.GeneratorStepsPerRound; step++)
                await StepPolicyGradientAsync(run).ConfigureAwait(false);

            Patience patience = await StartPatienceAsync(run).ConfigureAwait(false);
            bool goesOn = true;
            for (int step = 0; goesOn && step < _options.DiscriminatorRoundsPerRound; step++)
                goesOn = await TrainDiscriminatorAsync(run, patience).ConfigureAwait(false);

            await EndRoundAsync(run).ConfigureAwait(false);
        }

        run.EndPhase();
    }

    // Lines 8 to 12: sample, estimate Q of every token (equation 4), ascend the policy gradient (equation 8).
    private async Task StepPolicyGradientAsync(TrainingRun run)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        _samples++;
        _generator.Sample(new SampleRequest { Key = Key(RandomPurpose.Sampling, _samples) }, _sample, run.Cancellation);
        TokenBatch sequences = _sample.AsBatch();
        var request = new RewardRequest { Key = Key(RandomPurpose.Rollout, _samples) };
        // What an estimator leaves unwritten must not be the last batch's.
        Array.Fill(_rewards, float.NaN);
        await _components.Rewards.EstimateAsync(sequences, request, _rewards, run.Cancellation).ConfigureAwait(false);
        run.Cancellation.ThrowIfCancellationRequested();
        run.RecordRewards(sequences, _rewards);
        RecordNotApplicable(run);
        _baseline.Subtract(sequences, _rewards, _advantages);
        StepGenerator(run, sequences, _advantages, GeneratorObjective.PolicyGradient);
        _rollout?.UpdatePolicy();
        await run.ReportIfDueAsync().ConfigureAwait(false);
    }

    private void StepGenerator(TrainingRun run, TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective)
    {
        GeneratorStep step = _generator.Train(sequences, weights, objective);
        run.Record(step, objective, sequences.TokenCount);
    }

    // Lines 15 and 16: k epochs on fresh negatives. False when the discriminator should not, or does not, learn further.
    private async ValueTask<bool> TrainDiscriminatorAsync(TrainingRun run, Patience patience)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        _generator.Sample(new SampleRequest { Key = Key(RandomPurpose.NegativeSampling, ++_negativeSets) }, _negatives, run.Cancellation);
        var negatives = new BatchSource(_negatives.AsBatch(), _negatives.Format, _options.BatchSize / 2, _components.Seed);
        for (int epoch = 1; epoch <= _options.DiscriminatorEpochs; epoch++)
        {
            negatives.StartEpoch(++_shuffles);
            while (negatives.TryNext(out TokenBatch generated))
            {
                run.Cancellation.ThrowIfCancellationRequested();
                TokenBatch real = NextPositives(generated.Count);
                DiscriminatorStep step = await StepDiscriminatorAsync(run, real, generated).ConfigureAwait(false);
                if (!step.Trained)
                {
                    run.LogDiscriminatorDoesNotTrain(_discriminator.Name);
                    return false;
                }

                run.Record(step, real.TokenCount + generated.TokenCount);
                await run.ReportIfDueAsync().ConfigureAwait(false);
            }

            if (_options.DiscriminatorPatience > 0 && await IsExhaustedAsync(run, patience).ConfigureAwait(false))
                return false;
        }

        return true;
    }

    private async ValueTask<DiscriminatorStep> StepDiscriminatorAsync(TrainingRun run, TokenBatch real, TokenBatch generated)
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
            _positives.StartEpoch(++_shuffles);
            _positives.TryNext(out real);
        }

        return real.Slice(0, Math.Min(count, real.Count));
    }

    private async ValueTask EndRoundAsync(TrainingRun run)
    {
        if (_options.DiscriminatorPatience == 0)
            await MeasureHeldOutAsync(run).ConfigureAwait(false);
        await run.EndRoundAsync().ConfigureAwait(false);
    }

    private async ValueTask<Patience> StartPatienceAsync(TrainingRun run)
    {
        var patience = new Patience(_options.DiscriminatorPatience);
        if (_options.DiscriminatorPatience > 0)
            patience.Observe(await MeasureHeldOutAsync(run).ConfigureAwait(false));
        return patience;
    }

    private async ValueTask<bool> IsExhaustedAsync(TrainingRun run, Patience patience)
    {
        double accuracy = await MeasureHeldOutAsync(run).ConfigureAwait(false);
        patience.Observe(accuracy);
        if (patience.IsExhausted)
            run.LogPatienceExhausted(accuracy, _options.DiscriminatorPatience);
        return patience.IsExhausted;
    }

    private async ValueTask<double> MeasureHeldOutAsync(TrainingRun run)
    {
        run.Cancellation.ThrowIfCancellationRequested();
        if (await _heldOut.MeasureAsync(run.Cancellation).ConfigureAwait(false) is not { } accuracy)
            return double.NaN;
        run.RecordHeldOut(accuracy);
        return accuracy.Balanced;
    }

    private void RecordNotApplicable(TrainingRun run)
    {
        if (_components.Rewards is not IScoreTally tally)
            return;
        foreach (IGrouping<string, long> scorer in tally.NotApplicable.GroupBy(pair => pair.Key, pair => pair.Value))
        {
            long total = scorer.Sum(), before = _notApplicable.GetValueOrDefault(scorer.Key);
            if (total > before)
                run.RecordNotApplicable(scorer.Key, total - before);
            _notApplicable[scorer.Key] = total;
        }
    }

    private long CountDiscriminatorSteps()
    {
        int half = Math.Min(_options.BatchSize / 2, _negatives.Count);
        return (long)_options.DiscriminatorEpochs * (_negatives.Count / half);
    }

    private RandomKey Key(RandomPurpose purpose, uint step) => new(_components.Seed, purpose, step);
}
