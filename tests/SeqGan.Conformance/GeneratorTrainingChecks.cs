namespace SeqGan.Conformance;

/// <summary>What a generator promises about its training step.</summary>
internal sealed class GeneratorTrainingChecks(
    CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    // A step's figures come from another pass through the network than LogProbabilities.
    private const double FigureTolerance = 1e-3;

    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);

    public void Run()
    {
        // With one possible token every log-probability is 0 already.
        if (Enumerable.Range(0, format.VocabularySize).Count(format.CanGenerate) > 1)
        {
            runner.Check("maximum likelihood raises the likelihood of its batch", () => Raises(GeneratorObjective.MaximumLikelihood));
            runner.Check("policy gradient with positive weights raises the likelihood of its batch",
                () => Raises(GeneratorObjective.PolicyGradient));
            runner.Check("policy gradient with negative weights lowers the likelihood of its batch", Lowers);
            runner.Check("a weight belongs to its sequence and position", WeightsBelong);
        }

        runner.Check("a step measures the batch as it was before it", Figures);
        if (format.EndToken is not null)
            runner.Check("weights at padding are ignored", WeightsAtPadding);
        runner.Check("a weight that is not finite throws ArgumentException and changes nothing", WeightNotFinite);
        runner.Check("training on a token outside the vocabulary throws ArgumentException and changes nothing", OutsideVocabulary);
        runner.Check("training with too few weights throws ArgumentException and changes nothing", TooFewWeights);
    }

    public static void TrainOn(IGenerator generator, TokenBatch batch, int steps, float weight = 1,
        GeneratorObjective objective = GeneratorObjective.MaximumLikelihood)
    {
        float[] weights = Weights(batch, weight);
        for (int step = 0; step < steps; step++)
            generator.Train(batch, weights, objective);
    }

    private static float[] Weights(TokenBatch batch, float weight)
    {
        float[] weights = new float[batch.Count * batch.Length];
        Array.Fill(weights, weight);
        return weights;
    }

    private void Raises(GeneratorObjective objective) => factory.With(generator =>
    {
        double before = Likelihood.NegativeMean(generator, _batch);
        TrainOn(generator, _batch, options.TrainingSteps, 1, objective);
        double after = Likelihood.NegativeMean(generator, _batch);
        Promise.That(
            after < before,
            $"The batch's negative log-likelihood went from {before:G6} to {after:G6} nats a token in {options.TrainingSteps} steps of "
                + "weight 1; it must fall.");
    });

    private void Lowers() => factory.With(generator =>
    {
        double before = Likelihood.NegativeMean(generator, _batch);
        TrainOn(generator, _batch, options.TrainingSteps, -1, GeneratorObjective.PolicyGradient);
        double after = Likelihood.NegativeMean(generator, _batch);
        Promise.That(
            after > before,
            $"The batch's negative log-likelihood went from {before:G6} to {after:G6} nats a token in {options.TrainingSteps} steps of "
                + "weight -1; it must rise.");
    });

    // Only one token of the batch has a weight: the first one of the second sequence.
    private void WeightsBelong() => factory.With(generator =>
    {
        int index = _batch.Length;
        float[] weights = Weights(_batch, 0);
        weights[index] = 1;
        float before = Likelihood.Of(generator, _batch)[index];
        for (int step = 0; step < options.TrainingSteps; step++)
            generator.Train(_batch, weights, GeneratorObjective.PolicyGradient);
        float after = Likelihood.Of(generator, _batch)[index];
        Promise.That(
            after > before,
            $"The only token with a weight had log-probability {before:G6} and has {after:G6} after {options.TrainingSteps} steps; it "
                + "must rise.");
    });

    private void Figures() => factory.With(generator =>
    {
        var key = new RandomKey(options.Seed, RandomPurpose.User, 20);
        float[] weights = Weights(_batch, 0);
        for (int i = 0; i < weights.Length; i++)
            weights[i] = (float)key.NextNormal(i);
        float[] values = Likelihood.Of(generator, _batch, constraint: Likelihood.OfSampling(format));
        double tokens = _batch.TokenCount;
        double loss = 0, likelihood = 0;
        for (int i = 0; i < values.Length; i++)
        {
            // A log-probability is 0 at padding, so that its weight does not count.
            loss -= weights[i] * values[i] / tokens;
            likelihood -= values[i] / tokens;
        }

        GeneratorStep step = generator.Train(_batch, weights, GeneratorObjective.PolicyGradient);
        Promise.That(step is not null, "Train returned null.");
        Near("loss", loss, step!.Loss);
        Near("negative log-likelihood", likelihood, step.NegativeLogLikelihood);
        Promise.That(double.IsNaN(step.GradientNorm) || (double.IsFinite(step.GradientNorm) && step.GradientNorm >= 0),
            $"The gradient norm is {step.GradientNorm}; it must be finite and at least 0, or NaN.");

        static void Near(string name, double expected, double actual) =>
            Promise.That(
                Math.Abs(expected - actual) <= FigureTolerance * (1 + Math.Abs(expected)),
                $"The {name} is {actual:G6}; from the weights and the log-probabilities before the step it is {expected:G6}.");
    });

    private void WeightsAtPadding() => factory.With(generator =>
    {
        float[] weights = Weights(_batch, 1);
        double expected = Likelihood.NegativeMean(generator, _batch);
        for (int row = 0; row < _batch.Count; row++)
            weights.AsSpan(row * _batch.Length, _batch.Length)[_batch.LengthOf(row)..].Fill(1e6f);
        GeneratorStep step = generator.Train(_batch, weights, GeneratorObjective.MaximumLikelihood);
        Promise.That(
            Math.Abs(step.Loss - expected) <= FigureTolerance * (1 + expected),
            $"With weight 1 on tokens and 1e6 on padding the loss is {step.Loss:G6}; without the padding it is {expected:G6}.");
    });

    private void WeightNotFinite()
    {
        foreach (float weight in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] weights = Weights(_batch, 1);
            weights[_batch.Length] = weight;
            Refuses($"A weight of {weight}", _batch, weights);
        }
    }

    private void OutsideVocabulary()
    {
        foreach (int token in new[] { -1, format.VocabularySize, int.MaxValue })
            Refuses($"Token {token}", TestSequences.WithToken(_batch, 0, token), Weights(_batch, 1));
    }

    private void TooFewWeights() => Refuses("One weight too few", _batch, Weights(_batch, 1)[1..]);

    private void Refuses(string what, TokenBatch batch, float[] weights) => factory.With(generator =>
    {
        float[] before = Likelihood.Of(generator, _batch);
        Promise.Throws<ArgumentException>(what, () => generator.Train(batch, weights, GeneratorObjective.MaximumLikelihood));
        Promise.SameValues($"{what} was refused, but the log-probabilities changed", before, Likelihood.Of(generator, _batch), 0);
    });
}
