namespace SeqGan.Conformance;

/// <summary>What a generator promises about log-probabilities.</summary>
internal sealed class GeneratorLikelihoodChecks(
    CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private const int LargestVocabulary = 1024;
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);

    public void Run()
    {
        runner.Check("log-probabilities are at most 0, and 0 at padding", Range);
        if (format.VocabularySize <= LargestVocabulary)
            runner.Check("the probabilities of the next token sum to 1", SumsToOne);
        runner.Check("other sequences do not influence a log-probability", OtherRows);
        if (format.MaxLength > 1)
            runner.Check("later tokens do not influence a log-probability", LaterTokens);
        runner.Check("the temperature divides the logits of log-probabilities", Temperature);
        runner.Check("log-probabilities at a temperature that is not positive and finite throw ArgumentException", InvalidTemperature);
        runner.Check("log-probabilities of an empty batch", () => factory.With(generator => Likelihood.Of(generator, _batch.Slice(0, 0))));
        runner.Check("log-probabilities of a token outside the vocabulary throw ArgumentException", OutsideVocabulary);
        if (format.PaddingToken is not null)
            runner.Check("log-probabilities of the padding token throw ArgumentException", PaddingToken);
        runner.Check("log-probabilities of lengths that do not fit throw ArgumentException", Lengths);
        runner.Check("log-probabilities with a cancelled token throw OperationCanceledException", Cancellation);
    }

    private void Range() => factory.With(generator =>
    {
        float[] values = Likelihood.Of(generator, _batch);
        for (int row = 0; row < _batch.Count; row++)
        {
            for (int i = 0; i < _batch.Length; i++)
            {
                float value = values[(row * _batch.Length) + i];
                bool padding = i >= _batch.LengthOf(row);
                Promise.That(
                    padding ? value == 0 : value <= 0,
                    $"Sequence {row} {Promise.Describe(_batch[row])} has {value:R} at position {i}; "
                        + $"{(padding ? "padding has 0" : "a log-probability is at most 0")}.");
            }
        }
    });

    private void SumsToOne() => factory.With(generator =>
    {
        Check([]);
        foreach (int token in TestSequences.OrdinaryTokens(format).Take(format.MaxLength > 1 ? 3 : 0))
            Check([token]);

        void Check(ReadOnlySpan<int> prefix)
        {
            double sum = Likelihood.Next(generator, prefix).Sum();
            Promise.That(Math.Abs(sum - 1) < 1e-3,
                $"After {Promise.Describe(prefix)} the probabilities of all tokens but padding sum to {sum:F5}; they must sum to 1.");
        }
    });

    private void OtherRows() => factory.With(generator =>
    {
        float[] together = Likelihood.Of(generator, _batch);
        for (int row = 0; row < _batch.Count; row++)
        {
            float[] alone = Likelihood.Of(generator, _batch.Slice(row, 1));
            Promise.SameValues($"Sequence {row} alone", together.AsSpan(row * _batch.Length, _batch.Length), alone, options.Tolerance);
        }
    });

    private void LaterTokens() => factory.With(generator =>
    {
        float[] whole = Likelihood.Of(generator, _batch);
        int columns = format.MaxLength - 1;
        float[] narrow = Likelihood.Of(generator, TestSequences.Narrow(_batch, columns));
        for (int row = 0; row < _batch.Count; row++)
            Promise.SameValues($"The first {columns} tokens of sequence {row}", whole.AsSpan(row * _batch.Length, columns),
                narrow.AsSpan(row * columns, columns), options.Tolerance);
    });

    private void Temperature() => factory.With(generator =>
    {
        // Fresh weights may be near uniform, where a temperature changes little.
        GeneratorTrainingChecks.TrainOn(generator, TestSequences.Create(format, 2, options.Seed), options.TrainingSteps);
        double[] plain = Likelihood.Next(generator, []);
        foreach (double temperature in new[] { 0.5, 2 })
        {
            double[] tempered = Likelihood.Next(generator, [], temperature);
            double total = plain.Sum(probability => Math.Pow(probability, 1 / temperature));
            for (int token = 0; token < plain.Length; token++)
            {
                double expected = Math.Pow(plain[token], 1 / temperature) / total;
                Promise.That(
                    Math.Abs(tempered[token] - expected) < 1e-3,
                    $"At temperature {temperature} token {token} has probability {tempered[token]:F5}; from {plain[token]:F5} at "
                        + $"temperature 1 follows {expected:F5}.");
            }
        }
    });

    private void InvalidTemperature() => factory.With(generator =>
    {
        foreach (double temperature in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Promise.Throws<ArgumentException>($"Temperature {temperature}", () => Likelihood.Of(generator, _batch, temperature));
    });

    private void OutsideVocabulary() => factory.With(generator =>
    {
        foreach (int token in new[] { -1, format.VocabularySize, int.MaxValue })
            Promise.Throws<ArgumentException>($"Token {token}", () => Likelihood.Of(generator, TestSequences.WithToken(_batch, 0, token)));
    });

    private void PaddingToken() => factory.With(generator =>
        Promise.Throws<ArgumentException>("The padding token in a sequence",
            () => Likelihood.Of(generator, TestSequences.WithToken(_batch, 0, format.PaddingToken!.Value))));

    private void Lengths() => factory.With(generator =>
    {
        Promise.Throws<ArgumentException>(
            "A destination one value too short", () =>
                generator.LogProbabilities(_batch, new float[(_batch.Count * _batch.Length) - 1], 1, null, CancellationToken.None));
        int columns = format.MaxLength + 1;
        int token = TestSequences.OrdinaryTokens(format) is [int ordinary, ..] ? ordinary : format.EndToken!.Value;
        var wide = new TokenBatch(Enumerable.Repeat(token, columns).ToArray(), 1, columns, labels: Samples.Labels(format, 1));
        Promise.Throws<ArgumentException>($"A sequence of {columns} tokens", () => Likelihood.Of(generator, wide));
    });

    private void Cancellation() => factory.With(generator => Promise.Throws<OperationCanceledException>(
        "LogProbabilities", () =>
            generator.LogProbabilities(_batch, new float[_batch.Count * _batch.Length], 1, null, new CancellationToken(canceled: true))));
}
