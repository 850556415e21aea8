namespace SeqGan.Training;

/// <summary>
/// Makes a batch's rewards into weights and ascends the policy gradient (equation 8). If <see cref="PolicyGradientOptions"/> asks for it,
/// the generator stays near the one that the phase began with.
/// </summary>
internal sealed class PolicyGradient(TrainerComponents components, TrainingRecorder recorder)
{
    private readonly PolicyGradientOptions _options = components.PolicyGradientOptions;
    private readonly IGenerator _generator = components.Generator;
    private readonly IRolloutPolicy? _reference = components.PolicyGradientOptions.KlCoefficient > 0 ? components.KlReference : null;
    private readonly PositionBaseline _baseline = new(components.Baseline, components.BaselineDecay, components.Corpus.Format.MaxLength);
    private readonly KlCoefficient _coefficient = new(components.PolicyGradientOptions, components.Logger);
    private readonly float[] _advantages = new float[components.TokensPerBatch];
    private readonly float[] _weights = new float[components.PolicyGradientOptions.Passes > 1 ? components.TokensPerBatch : 0];
    private readonly float[] _sampled = new float[components.PolicyGradientOptions.UsesProbabilities ? components.TokensPerBatch : 0];
    private readonly float[] _other = new float[components.PolicyGradientOptions.UsesProbabilities ? components.TokensPerBatch : 0];

    public TrainingState Capture(TrainingState state) => state with { Baseline = _baseline.Averages, Kl = _coefficient.State };

    public void Restore(TrainingState state) => (_baseline.Averages, _coefficient.State) = (state.Baseline, state.Kl ?? KlState.Initial);

    /// <summary>Makes the present generator the one to stay near, with the coefficient of the options.</summary>
    public void ResetReference()
    {
        _reference?.MoveTowardGenerator(0);
        _coefficient.State = KlState.Initial;
    }

    /// <summary>Makes rewards into advantages; the penalty goes into the rewards, so that the baseline covers it.</summary>
    /// <returns>Whether everything is finite, and the step may be taken.</returns>
    public bool TryWeigh(TokenBatch sequences, Span<float> rewards, CancellationToken cancellationToken)
    {
        if (_options.UsesProbabilities)
        {
            _generator.LogProbabilities(sequences, _sampled, constraint: _generator.Constraint, cancellationToken: cancellationToken);
            double sum = SumOf(sequences, _sampled);
            if (!recorder.TryAccept("log-probability of a sampled token", sum, "Lower the generator's learning rate."))
                return false;
        }

        if (_reference is not null && !TryPenalize(sequences, rewards, cancellationToken))
            return false;
        _baseline.Subtract(sequences, rewards, _advantages);
        if (_options.EntropyBonus > 0)
            AddEntropy(sequences);
        return true;
    }

    /// <summary>Takes the steps of a weighed batch: all of them, or none.</summary>
    public void Ascend(TokenBatch sequences)
    {
        if (_options.Passes == 1)
        {
            Train(sequences, _advantages);
            return;
        }

        var generator = _generator as ICheckpointable;
        object? before = generator?.Capture();
        try
        {
            Train(sequences, _advantages);
            for (int pass = 1; pass < _options.Passes; pass++)
            {
                // There is no edge between two passes: cancelling would lose the first ones.
                _generator.LogProbabilities(sequences, _other, constraint: _generator.Constraint);
                if (TryReweigh(sequences))
                    Train(sequences, _weights);
            }
        }
        catch when (before is not null)
        {
            generator!.Revert(before);
            throw;
        }
    }

    /// <summary>Sees whether the divergence can be held at its target.</summary>
    public void EndRound(int round) => _coefficient.EndRound(round);

    /// <summary>Logs a divergence that ended far from its target.</summary>
    /// <param name="kl">The divergence, in nats a token; null where it was not measured.</param>
    public void EndPhase(double? kl) => _coefficient.EndPhase(kl);

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

    private void AddEntropy(TokenBatch sequences)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            for (int position = 0; position < sequences.LengthOf(row); position++)
            {
                int token = row * sequences.Length + position;
                _advantages[token] -= (float)(_options.EntropyBonus * _sampled[token]);
            }
        }
    }

    // Equation 7 of Schulman et al. 2017: its gradient is the ratio times the advantage, or nothing beyond the range.
    private bool TryReweigh(TokenBatch sequences)
    {
        int clipped = 0;
        double sum = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            for (int position = 0; position < sequences.LengthOf(row); position++)
            {
                int token = row * sequences.Length + position;
                double ratio = Math.Exp((double)_other[token] - _sampled[token]);
                float advantage = _advantages[token];
                bool isClipped = _options.ClipRange > 0
                    && (advantage > 0 ? ratio > 1 + _options.ClipRange : ratio < 1 - _options.ClipRange);
                clipped += isClipped ? 1 : 0;
                _weights[token] = isClipped ? 0 : (float)(ratio * advantage);
                sum += Math.Abs(_weights[token]);
            }
        }

        if (_options.ClipRange > 0)
            recorder.Record(TrainingMetric.ClippedShare, (double)clipped / sequences.TokenCount);
        return recorder.TryAccept("ratio of a token's probabilities", sum, "Take fewer passes over a batch, or set a ClipRange.");
    }

    private void Train(TokenBatch sequences, ReadOnlySpan<float> weights)
    {
        GeneratorStep step = _generator.Train(sequences, weights, GeneratorObjective.PolicyGradient);
        recorder.Record(step, GeneratorObjective.PolicyGradient, sequences.TokenCount);
    }

    private static double SumOf(TokenBatch sequences, ReadOnlySpan<float> values)
    {
        double sum = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (float value in values.Slice(row * sequences.Length, sequences.LengthOf(row)))
                sum += value;
        }

        return sum;
    }
}
