namespace SeqGan;

/// <summary>
/// Makes a batch's rewards into weights and ascends the policy gradient (equation 8), near the generator that the phase began with where
/// <see cref="PolicyGradientOptions"/> asks for it.
/// </summary>
internal sealed class PolicyGradient
{
    private readonly PolicyGradientOptions _options;
    private readonly IGenerator _generator;
    private readonly CheckpointComponent _generatorState;
    private readonly IRolloutPolicy? _reference;
    private readonly PositionBaseline _baseline;
    private readonly KlCoefficient _coefficient;
    private readonly float[] _advantages;
    private readonly float[] _weights;
    private readonly float[] _sampled;
    private readonly float[] _other;

    public PolicyGradient(TrainerComponents components, int tokens)
    {
        _options = components.PolicyGradient;
        _generator = components.Generator;
        _generatorState = new CheckpointComponent("generator", components.Generator);
        _reference = _options.KlCoefficient > 0 ? components.KlReference : null;
        _baseline = new PositionBaseline(components.Baseline, components.BaselineDecay, components.Corpus.Format.MaxLength);
        _coefficient = new KlCoefficient(_options, components.Logger);
        _advantages = new float[tokens];
        _weights = new float[_options.Passes > 1 ? tokens : 0];
        _sampled = new float[_options.UsesProbabilities ? tokens : 0];
        _other = new float[_options.UsesProbabilities ? tokens : 0];
    }

    public IReadOnlyList<double> Baseline
    {
        get => _baseline.Averages;
        set => _baseline.Averages = value;
    }

    public KlState Kl
    {
        get => _coefficient.State;
        set => _coefficient.State = value;
    }

    /// <summary>Makes the generator of now the one to stay near, with the coefficient of the options.</summary>
    public void ResetReference()
    {
        _reference?.MoveTowardGenerator(0);
        _coefficient.State = KlState.Initial;
    }

    /// <summary>Makes rewards into advantages; the penalty goes into the rewards, so that the baseline covers it.</summary>
    /// <returns>False where something is not finite, and the step is to be passed over.</returns>
    public bool Weigh(TrainingRun run, TokenBatch sequences, Span<float> rewards)
    {
        if (_options.UsesProbabilities)
        {
            _generator.LogProbabilities(sequences, _sampled, constraint: _generator.Constraint, cancellationToken: run.Cancellation);
            if (!run.IsFinite("log-probability of a sampled token", SumOf(sequences, _sampled), "Lower the generator's learning rate."))
                return false;
        }

        if (_reference is not null && !Penalize(run, sequences, rewards))
            return false;
        _baseline.Subtract(sequences, rewards, _advantages);
        if (_options.EntropyBonus > 0)
            AddEntropy(sequences);
        return true;
    }

    /// <summary>Takes the steps of a weighed batch: all of them, or none.</summary>
    public void Ascend(TrainingRun run, TokenBatch sequences)
    {
        if (_options.Passes == 1)
        {
            Step(run, sequences, _advantages);
            return;
        }

        var before = new StateCopies([_generatorState]);
        try
        {
            Step(run, sequences, _advantages);
            for (int pass = 1; pass < _options.Passes; pass++)
            {
                // Between two passes the training stands at no edge: it is not to be cancelled there.
                _generator.LogProbabilities(sequences, _other, constraint: _generator.Constraint, cancellationToken: CancellationToken.None);
                if (Reweigh(run, sequences))
                    Step(run, sequences, _weights);
            }
        }
        catch
        {
            before.PutBack();
            throw;
        }
    }

    /// <summary>Sees whether the divergence can be held at its target.</summary>
    public void EndRound(int round) => _coefficient.EndRound(round);

    /// <summary>Says where the divergence ended far from its target.</summary>
    /// <param name="kl">The divergence, in nats a token; null where it was not measured.</param>
    public void EndPhase(double? kl) => _coefficient.EndPhase(kl);

    // The gradient of the divergence of whole sequences: a token answers for its own log-ratio and those of the tokens after it.
    private bool Penalize(TrainingRun run, TokenBatch sequences, Span<float> rewards)
    {
        _reference!.LogProbabilities(sequences, _other, run.Cancellation);
        double kl = (SumOf(sequences, _sampled) - SumOf(sequences, _other)) / sequences.TokenCount;
        if (!run.RecordKl(kl, _coefficient.Value))
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
    private bool Reweigh(TrainingRun run, TokenBatch sequences)
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
                bool isClipped = _options.ClipRange > 0 && (advantage > 0 ? ratio > 1 + _options.ClipRange : ratio < 1 - _options.ClipRange);
                clipped += isClipped ? 1 : 0;
                _weights[token] = isClipped ? 0 : (float)(ratio * advantage);
                sum += Math.Abs(_weights[token]);
            }
        }

        if (_options.ClipRange > 0)
            run.Record(TrainingMetric.ClippedShare, (double)clipped / sequences.TokenCount);
        return run.IsFinite("ratio of a token's probabilities", sum, "Take fewer passes over a batch, or set a ClipRange.");
    }

    private void Step(TrainingRun run, TokenBatch sequences, ReadOnlySpan<float> weights)
    {
        GeneratorStep step = _generator.Train(sequences, weights, GeneratorObjective.PolicyGradient);
        run.Record(step, GeneratorObjective.PolicyGradient, sequences.TokenCount);
        run.RecordWeights("generator", _generator);
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
