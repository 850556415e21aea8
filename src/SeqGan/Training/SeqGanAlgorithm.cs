namespace SeqGan.Training;

/// <summary>
/// Algorithm 1 of the paper (Yu, Zhang, Wang, Yu: "SeqGAN", AAAI 2017). Its G is <c>_generator</c>, D <c>_discriminator</c>, beta belongs
/// to <c>_rollout</c>, S are the real sequences of <c>_batches</c>, Q is <c>_q</c>, and g-steps, d-steps and k are options.
/// </summary>
/// <remarks>
/// The loops count in <c>_at</c>, so that a training resumes within a round. The session takes back a step that fails or is cancelled.
/// </remarks>
internal sealed class SeqGanAlgorithm(TrainerComponents components, TrainingSession session)
{
    private readonly TrainingOptions _options = components.Options.Training;
    private readonly IGenerator _generator = components.Generator;
    private readonly IDiscriminator _discriminator = components.Discriminator;
    private readonly IRollout? _rollout = components.Rollout;
    private readonly IRewardEstimator _rewardEstimator = components.RewardEstimator;
    private readonly PolicyGradient _policyGradient = session.PolicyGradient;
    private readonly TrainingPosition _at = session.Position;
    private readonly TrainingBatches _batches = session.Batches;
    private readonly TrainingRecorder _recorder = session.Recorder;
    private readonly SequenceBuffer _sample = new(components.Corpus.Format, components.Options.Training.BatchSize);
    private readonly float[] _q = new float[components.TokensPerBatch];
    private readonly float[] _ones = [.. Enumerable.Repeat(1f, components.TokensPerBatch)];

    /// <summary>Runs the phases that the session was asked for.</summary>
    public async Task RunAsync()
    {
        long stepsPerDiscriminatorRound = (long)_options.DiscriminatorEpochs * _batches.NegativesPerEpoch;
        long stepsPerRound = _options.GeneratorStepsPerRound * (long)components.Options.PolicyGradient.Passes
            + _options.DiscriminatorRoundsPerRound * stepsPerDiscriminatorRound;

        // Line 2.
        await session.RunPhaseAsync(
            TrainingPhase.GeneratorPretraining, _options.GeneratorPretrainingEpochs, _batches.PerEpoch,
            PretrainGeneratorAsync).ConfigureAwait(false);

        // Lines 4 and 5.
        await session.RunPhaseAsync(
            TrainingPhase.DiscriminatorPretraining, _options.DiscriminatorPretrainingRounds, stepsPerDiscriminatorRound,
            PretrainDiscriminatorAsync).ConfigureAwait(false);

        // Lines 6 to 19.
        await session.RunPhaseAsync(
            TrainingPhase.Adversarial, _options.AdversarialRounds, stepsPerRound, TrainAdversariallyAsync).ConfigureAwait(false);
    }

    // Line 2: an epoch of maximum likelihood on S.
    private async Task PretrainGeneratorAsync()
    {
        while (_batches.TryNext(out TokenBatch sequences))
        {
            GeneratorStep step;
            long number = (long)_at.Round * _batches.PerEpoch + _batches.Passed - 1;
            using (AtScheduledRate(_generator, number, (long)_options.GeneratorPretrainingEpochs * _batches.PerEpoch))
                step = TrainByLikelihood(sequences);
            _recorder.Record(step, GeneratorObjective.MaximumLikelihood, sequences.TokenCount);
            await session.CompleteStepAsync(TrainingWork.LikelihoodStep).ConfigureAwait(false);
        }
    }

    // Lines 4 and 5.
    private async Task PretrainDiscriminatorAsync()
    {
        await session.StartPatienceAsync().ConfigureAwait(false);
        await DiscriminatorStepAsync().ConfigureAwait(false);
    }

    // Lines 7 to 18, and line 3 before the first of them.
    private async Task TrainAdversariallyAsync()
    {
        if (_at.IsBeforeFirstGeneratorStep)
            StartFromGenerator();

        // Line 7: for g-steps do.
        while (_at.GeneratorSteps < _options.GeneratorStepsPerRound)
            await GeneratorStepAsync().ConfigureAwait(false);

        // Line 14: for d-steps do.
        await session.StartPatienceAsync().ConfigureAwait(false);
        while (_at.DiscriminatorRounds < _options.DiscriminatorRoundsPerRound && !_at.IsDiscriminatorDone)
            await DiscriminatorStepAsync().ConfigureAwait(false);
    }

    // Line 3: beta <- theta.
    private void StartFromGenerator()
    {
        _rollout?.ResetPolicy();
        _policyGradient.ResetReference();
    }

    // Lines 8 to 12, and line 18: sample, estimate, weigh, ascend, update the rollout policy.
    private async Task GeneratorStepAsync()
    {
        session.BeginGeneratorStep();
        uint number = _at.NextSample();
        Sample(RandomPurpose.Sampling, number, _sample);
        TokenBatch sequences = _sample.AsBatch();
        await EstimateAsync(sequences, number).ConfigureAwait(false);
        if (_recorder.TryRecordRewards(sequences, _q) && _policyGradient.TryWeigh(sequences, _q, session.Cancellation))
        {
            _policyGradient.Ascend(sequences, session.Cancellation);
            _rollout?.UpdatePolicy();
        }

        _at.CompleteGeneratorStep();
        await session.CompleteStepAsync(TrainingWork.PolicyStep).ConfigureAwait(false);
    }

    // Line 10: Q of every token (equation 4).
    private async ValueTask EstimateAsync(TokenBatch sequences, uint number)
    {
        // What an estimator leaves unwritten must not be the last batch's.
        Array.Fill(_q, float.NaN);
        var request = new RewardRequest { Key = Key(RandomPurpose.Rollout, number), Round = _at.Round + 1 };
        await _rewardEstimator.EstimateAsync(sequences, request, _q, session.Cancellation).ConfigureAwait(false);
        session.Cancellation.ThrowIfCancellationRequested();
    }

    // Lines 15 and 16: k epochs on fresh negatives; fewer where D should not, or does not, learn further.
    private async ValueTask DiscriminatorStepAsync()
    {
        if (_batches.NeedsNegatives)
            SampleNegatives();
        while (_at.DiscriminatorEpochs < _options.DiscriminatorEpochs && !_at.IsDiscriminatorDone)
        {
            while (!_at.IsDiscriminatorDone && _batches.TryNextNegatives(out TokenBatch generated))
                await TrainDiscriminatorAsync(generated).ConfigureAwait(false);
            await session.CompleteDiscriminatorEpochAsync().ConfigureAwait(false);
        }

        _batches.DropNegatives();
        _at.CompleteDiscriminatorRound();
    }

    // Within a discriminator's round the generator stays as it is: the same number gives the same sequences after a resumption.
    private void SampleNegatives()
    {
        Sample(RandomPurpose.NegativeSampling, _at.NextNegativeSet(), _batches.NegativesBuffer);
        _batches.StartNegatives();
        session.CompleteNegativeSampling();
    }

    private async ValueTask TrainDiscriminatorAsync(TokenBatch generated)
    {
        session.Cancellation.ThrowIfCancellationRequested();
        TokenBatch real = _batches.NextPositives(generated.Count);
        DiscriminatorStep step;
        using (AtPretrainingRate())
            step = await CheckedScorer.TrainAsync(_discriminator, real, generated, session.Cancellation).ConfigureAwait(false);
        if (step.Trained)
        {
            _recorder.Record(step, real.TokenCount + generated.TokenCount);
            await session.CompleteStepAsync(TrainingWork.DiscriminatorStep).ConfigureAwait(false);
            return;
        }

        _recorder.LogDiscriminatorDoesNotTrain(_discriminator.Name);
        _at.StopDiscriminator();
        session.CompleteRefusedStep();
    }

    private ScheduledRate? AtPretrainingRate()
    {
        if (_at.Phase != TrainingPhase.DiscriminatorPretraining)
            return null;
        long epochs = (long)_at.Round * _options.DiscriminatorEpochs + _at.DiscriminatorEpochs;
        return AtScheduledRate(
            _discriminator, epochs * _batches.NegativesPerEpoch + _batches.NegativesPassed - 1,
            (long)_options.DiscriminatorPretrainingRounds * _options.DiscriminatorEpochs * _batches.NegativesPerEpoch);
    }

    // Labels are in the proportions of the training data, so that the discriminator cannot tell by them alone.
    private void Sample(RandomPurpose purpose, uint number, SequenceBuffer destination)
    {
        int[] labels = components.Corpus.Labels?.Spread(destination.Count, Key(RandomPurpose.Labels, number)) ?? [];
        _generator.Sample(new SampleRequest { Key = Key(purpose, number), Labels = labels }, destination, session.Cancellation);
    }

    /// <summary>Brings a component to the schedule's learning rate at a step of so many, until it is disposed.</summary>
    private ScheduledRate? AtScheduledRate(object component, long step, long steps)
    {
        if (!_options.HasLearningRateSchedule || component is not IScalableLearningRate rate)
            return null;
        return new ScheduledRate(rate, LearningRateDecay.ShareAt(_options, step, steps));
    }

    private GeneratorStep TrainByLikelihood(TokenBatch sequences) => _options.ScheduledSampling == ScheduledSampling.None
        ? _generator.Train(sequences, _ones, GeneratorObjective.MaximumLikelihood, session.Cancellation)
        : TrainScheduled(sequences);

    private GeneratorStep TrainScheduled(TokenBatch sequences) => ((IScheduledSampler)_generator).TrainScheduled(
        sequences, ScheduledSamplingDecay.TruthAt(_options, _at.Round), Key(RandomPurpose.ScheduledSampling, _at.NextScheduledBatch()),
        session.Cancellation);

    private RandomKey Key(RandomPurpose purpose, uint step) => new(components.Options.Seed, purpose, step);

    private sealed class ScheduledRate : IDisposable
    {
        private readonly IScalableLearningRate _rate;
        private readonly double _scale;

        public ScheduledRate(IScalableLearningRate rate, double share)
        {
            (_rate, _scale) = (rate, rate.LearningRateScale);
            rate.LearningRateScale = _scale * share;
        }

        public void Dispose() => _rate.LearningRateScale = _scale;
    }
}
