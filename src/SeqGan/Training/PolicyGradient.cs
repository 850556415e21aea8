namespace SeqGan.Training;

/// <summary>Makes rewards into weights and ascends the policy gradient (equation 8), near the reference if options ask for that.</summary>
internal sealed class PolicyGradient(TrainerComponents components, TrainingRecorder recorder)
{
    private readonly PolicyGradientOptions _options = components.Options.PolicyGradient;
    private readonly IGenerator _generator = components.Generator;
    private readonly IRolloutPolicy? _reference = components.Options.PolicyGradient.KlCoefficient > 0 ? components.KlReference : null;
    private readonly PositionBaseline _baseline =
        new(components.Options.Rewards.Baseline, components.Options.Rewards.BaselineDecay, components.Corpus.Format.MaxLength);
    private readonly KlCoefficient _coefficient = new(components.Options.PolicyGradient, components.Logger);

    // The probabilities are those that the tokens were drawn with.
    private readonly ITokenConstraint? _drawnUnder = components.Generator.DrawnUnder();
    private readonly float[] _advantages = new float[components.TokensPerBatch];
    private readonly float[] _weights = new float[components.Options.PolicyGradient.Passes > 1 ? components.TokensPerBatch : 0];
    private readonly float[] _sampled = new float[components.Options.PolicyGradient.UsesProbabilities ? components.TokensPerBatch : 0];
    private readonly float[] _other = new float[components.Options.PolicyGradient.UsesProbabilities ? components.TokensPerBatch : 0];

    public TrainingState Capture(TrainingState state) => state with { Baseline = _baseline.Averages, Kl = _coefficient.State };

    public void Restore(TrainingState state) => (_baseline.Averages, _coefficient.State) = (state.Baseline, state.Kl ?? KlState.Initial);

    /// <summary>Makes the present generator the one to stay near, with the coefficient of the options.</summary>
    public void ResetReference()
    {
        _reference?.MoveTowardGenerator(0);
        _coefficient.State = KlState.Initial;
    }

    /// <summary>Makes rewards, and the penalty in them, into advantages; true if all is finite, and the step may be taken.</summary>
    public bool TryWeigh(TokenBatch sequences, Span<float> rewards, CancellationToken cancellationToken)
    {
        if (_options.UsesProbabilities)
        {
            _generator.LogProbabilities(sequences, _sampled, constraint: _drawnUnder, cancellationToken: cancellationToken);
            double sum = SumOf(sequences, _sampled);
            if (!recorder.TryAccept("log-probability of a sampled token", sum, "Lower the generator's learning rate."))
                return false;
        }

        if (_reference is not null && !TryPenalize(sequences, rewards, cancellationToken))
            return false;
        _baseline.Subtract(sequences, rewards, _advantages);
        if (_options.EntropyBonus > 0)
        {
            foreach (int token in TokensOf(sequences))
                _advantages[token] -= (float)(_options.EntropyBonus * _sampled[token]);
        }

        return true;
    }

    /// <summary>Takes all steps of a weighed batch, or none. Only the first pass can be cancelled.</summary>
    public void Ascend(TokenBatch sequences, CancellationToken cancellationToken)
    {
        if (_options.Passes == 1)
        {
            Train(sequences, _advantages, cancellationToken);
            return;
        }

        var generator = _generator as ICheckpointable;
        object? before = generator?.Capture();
        try
        {
            Train(sequences, _advantages, cancellationToken);
            for (int pass = 1; pass < _options.Passes; pass++)
            {
                _generator.LogProbabilities(sequences, _other, constraint: _drawnUnder, cancellationToken: CancellationToken.None);
                if (TryReweigh(sequences))
                    Train(sequences, _weights, CancellationToken.None);
            }
        }
        catch when (before is not null)
        {
            generator!.Revert(before);
            throw;
        }
    }

    /// <summary>Sees whether the divergence is held at its target, at the end of a round or of the phase.</summary>
    public void EndRound(TrainingProgress progress, bool isLast)
    {
        _coefficient.EndRound(progress.Round);
        if (isLast)
            _coefficient.EndPhase(progress.Kl);
    }

    // The gradient of the divergence of whole sequences: a token answers for its own log-ratio and those of the tokens after it.
    private bool TryPenalize(TokenBatch sequences, Span<float> rewards, CancellationToken cancellationToken)
    {
        _reference!.LogProbabilities(sequences, _other, cancellationToken);
        double kl = (SumOf(sequences, _sampled) - SumOf(sequences, _other)) / sequences.TokenCount;
        if (!recorder.TryRecordKl(kl, _coefficient.Value))
            return false;
        for (int row = 0; row < sequences.Count; row++)
        {
            double following = 0;
            for (int token = row * sequences.Length + sequences.LengthOf(row) - 1; token >= row * sequences.Length; token--)
            {
                following += (double)_sampled[token] - _other[token];
                rewards[token] -= (float)(_coefficient.Value * following);
            }
        }

        _coefficient.Adapt(kl);
        return true;
    }

    // Equation 7 of Schulman et al. 2017: its gradient is the ratio times the advantage, or nothing beyond the range.
    private bool TryReweigh(TokenBatch sequences)
    {
        int clipped = 0;
        double sum = 0;
        foreach (int token in TokensOf(sequences))
        {
            double ratio = Math.Exp((double)_other[token] - _sampled[token]);
            float advantage = _advantages[token];
            bool isClipped = _options.ClipRange > 0 && (advantage > 0 ? ratio > 1 + _options.ClipRange : ratio < 1 - _options.ClipRange);
            clipped += isClipped ? 1 : 0;
            _weights[token] = isClipped ? 0 : (float)(ratio * advantage);
            sum += Math.Abs(_weights[token]);
        }

        if (_options.ClipRange > 0)
            recorder.Record(TrainingMetric.ClippedShare, (double)clipped / sequences.TokenCount);
        return recorder.TryAccept("ratio of a token's probabilities", sum, "Take fewer passes over a batch, or set a ClipRange.");
    }

    private void Train(TokenBatch sequences, ReadOnlySpan<float> weights, CancellationToken cancellationToken) => recorder.Record(
        _generator.Train(sequences, weights, GeneratorObjective.PolicyGradient, cancellationToken),
        GeneratorObjective.PolicyGradient, sequences.TokenCount);

    private static double SumOf(TokenBatch sequences, float[] values)
    {
        double sum = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (float value in values.AsSpan(row * sequences.Length, sequences.LengthOf(row)))
                sum += value;
        }

        return sum;
    }

    // The indices of the tokens that are not padding.
    private static IEnumerable<int> TokensOf(TokenBatch sequences)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            for (int position = 0; position < sequences.LengthOf(row); position++)
                yield return row * sequences.Length + position;
        }
    }
}
