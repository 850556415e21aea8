namespace SeqGan.Training;

/// <summary>Tries the components on two sequences before the first phase, so that mistakes do not show hours later.</summary>
/// <remarks>
/// Nothing of it remains: states that a component can restore are restored, and its random numbers are none of the training's. A scorer is
/// asked once. A component that fails throws what it would throw later; what is only suspicious is a warning.
/// </remarks>
internal sealed class TrainingProbe(TrainerComponents components, Func<TrainingSession.Snapshot> capture)
{
    private const int Sequences = 2;

    private readonly TrainingOptions _options = components.Options.Training;
    private readonly IDiscriminator _discriminator = components.Discriminator;

    // Measurements count from 1.
    private readonly RandomKey _key = new(components.Options.Seed, RandomPurpose.Evaluation);

    private bool _hasAscended;

    public bool IsDone { get; private set; }

    private bool TrainsDiscriminator => _options.DiscriminatorPretrainingRounds > 0
        || (_options.AdversarialRounds > 0 && _options.DiscriminatorRoundsPerRound > 0);

    /// <summary>Tries what these phases use, once each.</summary>
    public async ValueTask RunAsync(TrainingPhase phases, CancellationToken cancellationToken)
    {
        bool ascends = _options.AdversarialRounds > 0 && !_hasAscended
            && (phases == TrainingPhase.None || phases.HasFlag(TrainingPhase.Adversarial));
        if (IsDone && !ascends)
            return;
        if (IsDone)
        {
            await RevertingAsync(() => AscendAsync(Sample(cancellationToken), cancellationToken)).ConfigureAwait(false);
            return;
        }

        foreach ((string option, string metric, TrainingPhase phase, string hint) in AwaitedMetrics.FindUnreported(components))
            Log.MetricNotReported(components.Logger, option, metric, phase.ToString(), hint);
        if (TrainsDiscriminator && _discriminator is ModuleDiscriminator { HasParameters: false })
            Log.ModuleWithoutParameters(components.Logger, _discriminator.Name);
        if (TrainsDiscriminator || _options.AdversarialRounds > 0)
        {
            await RevertingAsync(() => TryComponentsAsync(ascends, cancellationToken)).ConfigureAwait(false);
        }

        IsDone = true;
    }

    private async ValueTask RevertingAsync(Func<ValueTask> attempt)
    {
        TrainingSession.Snapshot states = capture();
        try
        {
            await attempt().ConfigureAwait(false);
        }
        finally
        {
            states.Revert();
        }
    }

    private TokenBatch Real()
    {
        TokenBatch all = components.Corpus.KnownTraining;
        return all.Slice(0, Math.Min(Sequences, all.Count));
    }

    private TokenBatch Sample(CancellationToken cancellationToken)
    {
        TokenBatch real = Real();
        var request = new SampleRequest { Key = _key, Labels = real.Labels };
        return components.Generator.Sample(real.Count, request, cancellationToken).AsBatch();
    }

    // What only the adversarial phase uses.
    private async ValueTask AscendAsync(TokenBatch generated, CancellationToken cancellationToken)
    {
        await EstimateAsync(generated, cancellationToken).ConfigureAwait(false);
        Ascend(generated, cancellationToken);
        _hasAscended = true;
    }

    private async ValueTask TryComponentsAsync(bool ascends, CancellationToken cancellationToken)
    {
        TokenBatch real = Real(), generated = Sample(cancellationToken);
        if (_options.AdversarialRounds > 0)
            await CompleteAsync(generated, cancellationToken).ConfigureAwait(false);
        await ScoreAsync(real, cancellationToken).ConfigureAwait(false);
        if (ascends)
            await AscendAsync(generated, cancellationToken).ConfigureAwait(false);
        if (TrainsDiscriminator)
            await TrainAsync(real, generated, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CompleteAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        if (components.Rollout is not { } rollout || !IsPartOf(components.RewardEstimator, rollout))
            return;
        var request = new RolloutRequest
        {
            Key = _key, SamplesPerPrefix = 1, PrefixesPerSequence = components.Options.Rewards.PrefixesPerSequence,
        };
        var completions = new SequenceBuffer(rollout.Format);
        await rollout.CompleteAsync(sequences, request, completions, cancellationToken).ConfigureAwait(false);
        MonteCarloRewardEstimator.ThrowIfOtherCount(completions, sequences, request);
    }

    // A discriminator that rewards is asked with the others. The parts of a combination have checks of their own.
    private async ValueTask ScoreAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        ISequenceScorer? rewards = _options.AdversarialRounds > 0 ? components.Scorer : null;
        if (rewards is null || !IsPartOf(rewards, _discriminator))
            await AskAsync(_discriminator).ConfigureAwait(false);
        if (rewards is null)
            return;
        HashSet<ScoreTally> before = Tallies();
        await AskAsync(rewards).ConfigureAwait(false);
        foreach (ScoreTally tally in Tallies().Except(before).Where(tally => tally.Failures > 0))
            Log.ScorerFailedTrial(components.Logger, tally.Name, tally.LastFailure);

        ValueTask AskAsync(ISequenceScorer scorer) =>
            new CheckedScorer(scorer).ScoreAsync(sequences, new float[sequences.Count], cancellationToken);

        HashSet<ScoreTally> Tallies() => [.. (rewards as IScoreTally)?.Tallies ?? []];
    }

    // The library's own are made of what is tried already.
    private async ValueTask EstimateAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        IRewardEstimator estimator = components.RewardEstimator;
        if (estimator is MonteCarloRewardEstimator or SequenceRewardEstimator or ConstantRewardEstimator)
            return;
        float[] rewards = [.. Enumerable.Repeat(float.NaN, sequences.Count * sequences.Length)];
        var request = new RewardRequest { Key = _key, Round = 1 };
        await estimator.EstimateAsync(sequences, request, rewards, cancellationToken).ConfigureAwait(false);
        for (int row = 0; row < sequences.Count; row++)
        {
            float[] tokens = rewards[(row * sequences.Length)..][..sequences.LengthOf(row)];
            if (Array.Find(tokens, reward => !float.IsFinite(reward)) is var reward && !float.IsFinite(reward))
            {
                Log.RewardNotFinite(components.Logger, estimator.GetType().Name, reward, row);
                return;
            }
        }
    }

    // Only a generator that can take the step back.
    private void Ascend(TokenBatch sequences, CancellationToken cancellationToken)
    {
        if (components.Generator is not ICheckpointable stateful || Capture(stateful) is not { } before)
            return;
        float[] values = [.. Enumerable.Repeat(1f, sequences.Count * sequences.Length)];
        try
        {
            components.Generator.Train(sequences, values, GeneratorObjective.PolicyGradient, cancellationToken);
            if (components.Options.PolicyGradient.UsesProbabilities)
                components.Generator.LogProbabilities(sequences, values, cancellationToken: cancellationToken);
        }
        finally
        {
            stateful.Revert(before);
        }
    }

    // Only a discriminator that can take the step back.
    private async ValueTask TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken)
    {
        if (_discriminator is not ICheckpointable stateful || Capture(stateful) is not { } before)
            return;
        DiscriminatorStep step;
        try
        {
            step = await CheckedScorer.TrainAsync(_discriminator, real, generated, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            stateful.Revert(before);
        }

        if (step.Trained && !double.IsFinite(step.Loss))
            Log.DiscriminatorWithoutLoss(components.Logger, _discriminator.Name, step.Loss);
    }

    private static object? Capture(ICheckpointable component)
    {
        try
        {
            return component.Capture();
        }
        catch (NotSupportedException)
        {
            // Its optimizer cannot be saved.
            return null;
        }
    }

    private static bool IsPartOf(object whole, object part) => ReferenceEquals(whole, part)
        || (whole is ICompositeComponent { Parts: var parts } && parts.Any(inner => IsPartOf(inner.Component, part)));
}
