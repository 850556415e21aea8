namespace SeqGan.Conformance;

/// <summary>What a generator promises about sampling.</summary>
internal sealed class GeneratorSamplingChecks(
    CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private const int LargestVocabularyOfPairs = 64;
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 10);
    private readonly RandomKey _otherKey = new(options.Seed, RandomPurpose.User, 11);

    public void Run()
    {
        runner.Check("the format stays the same", FormatIsConstant);
        runner.Check("samples keep the format: no padding, one end token, then padding", SamplesAreWellFormed);
        runner.Check("the same key gives the same sequences", SameKey);
        runner.Check("another key gives other sequences", OtherKey);
        runner.Check("sampling in several calls by FirstRow equals one call", FirstRow);
        runner.Check("an empty buffer is sampled", () => factory.With(generator => generator.Draw(0, _key)));
        runner.Check("any thread may call", AnyThread);
        runner.Check("the frequencies of sampled tokens agree with their log-probabilities", Frequencies);
        runner.Check("the frequencies at other temperatures agree with their log-probabilities", Temperature);
        runner.Check("sampling at a temperature that is not positive and finite throws ArgumentException", InvalidTemperature);
        runner.Check("a buffer of another format throws ArgumentException", OtherFormat);
        runner.Check("sampling with a cancelled token throws OperationCanceledException", Cancellation);
    }

    private void FormatIsConstant() => factory.With(generator =>
    {
        Promise.That(generator.Format is not null, "The format is null.");
        generator.Draw(1, _key);
        Promise.That(generator.Format == format, $"The format is {generator.Format}; it was {format}.");
    });

    private void SamplesAreWellFormed() => factory.With(generator =>
    {
        // What an earlier use left in the buffer must not shine through.
        var buffer = new SequenceBuffer(format, 200);
        for (int row = 0; row < buffer.Count; row++)
        {
            buffer.Row(row).Fill(format.VocabularySize + 1);
            buffer.SetLength(row, row % (format.MaxLength + 1));
        }

        generator.Sample(Samples.Request(format, buffer.Count, _key), buffer, CancellationToken.None);
        Promise.That(buffer.Count == 200, $"The buffer has {buffer.Count} rows; it was handed over with 200.");
        Promise.WellFormed(format, buffer.AsBatch());
    });

    private void SameKey() => factory.With(generator =>
    {
        SequenceBuffer first = generator.Draw(options.BatchSize, _key);
        generator.Draw(options.BatchSize, _otherKey);
        Promise.SameSequences("Sampled again with the same key", first.AsBatch(), generator.Draw(options.BatchSize, _key).AsBatch());
    });

    private void OtherKey() => factory.With(generator =>
    {
        TokenBatch first = generator.Draw(64, _key).AsBatch();
        if (!IsSurprising(generator, first))
            return;
        foreach (RandomKey other in new[] { _otherKey, _key with { Seed = _key.Seed + 1 }, _key with { Purpose = RandomPurpose.User + 1 } })
            Promise.That(!Same(first, generator.Draw(64, other).AsBatch()), $"The keys {_key} and {other} gave the same 64 sequences.");
        Promise.That(!Same(first.Slice(0, 32), first.Slice(32, 32)),
            "The first 32 sequences and the next 32 are the same; the row is part of the draw.");
    });

    private void FirstRow() => factory.With(generator =>
    {
        TokenBatch whole = generator.Draw(37, _key).AsBatch();
        foreach ((int start, int count) in new[] { (0, 5), (5, 31), (36, 1) })
        {
            var part = new SequenceBuffer(format, count);
            generator.Sample(Samples.Request(format, count, _key) with { FirstRow = start }, part, CancellationToken.None);
            Promise.SameSequences($"Rows {start} to {start + count - 1} sampled alone", whole.Slice(start, count), part.AsBatch());
        }
    });

    private void AnyThread() => factory.With(generator =>
    {
        TokenBatch here = generator.Draw(options.BatchSize, _key).AsBatch();
        TokenBatch there = Task.Factory.StartNew(
            () => generator.Draw(options.BatchSize, _key), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .GetAwaiter().GetResult().AsBatch();
        Promise.SameSequences("Sampled on another thread", here, there);
    });

    private void Frequencies() => factory.With(generator =>
    {
        TokenBatch samples = generator.Draw(options.Samples, _key).AsBatch();
        int[] first = CountFirst(samples);
        Statistics.Frequencies("As first token", Likelihood.Next(generator, [], constraint: Likelihood.OfSampling(format)), first);

        int[] ordinary = TestSequences.OrdinaryTokens(format);
        if (format.MaxLength < 2 || ordinary.Length is 0 or > LargestVocabularyOfPairs)
            return;
        int likeliest = ordinary.MaxBy(token => first[token]);
        int[] second = new int[format.VocabularySize];
        for (int row = 0; row < samples.Count; row++)
        {
            if (samples[row][0] == likeliest)
                second[samples[row][1]]++;
        }

        double[] next = Likelihood.Next(generator, [likeliest], constraint: Likelihood.OfSampling(format));
        Statistics.Frequencies($"After the first token {likeliest}", next, second);
    });

    private void Temperature() => factory.With(generator =>
    {
        // Fresh weights may be near uniform, where a temperature changes little.
        GeneratorTrainingChecks.TrainOn(generator, TestSequences.Create(format, 2, options.Seed), options.TrainingSteps);
        foreach (double temperature in new[] { 0.5, 2 })
        {
            TokenBatch samples = generator.Draw(options.Samples, _key, temperature).AsBatch();
            double[] next = Likelihood.Next(generator, [], temperature, Likelihood.OfSampling(format));
            Statistics.Frequencies($"As first token at temperature {temperature}", next, CountFirst(samples));
        }
    });

    private void InvalidTemperature() => factory.With(generator =>
    {
        foreach (double temperature in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Promise.Throws<ArgumentException>($"Temperature {temperature}", () => generator.Draw(2, _key, temperature));
    });

    private void OtherFormat() => factory.With(generator =>
    {
        var other = new SequenceFormat(
            format.VocabularySize, format.MaxLength + 1, format.StartToken, format.EndToken, format.PaddingToken, format.LabelCount);
        Promise.Throws<ArgumentException>(
            $"A buffer of {other.MaxLength} columns", () =>
                generator.Sample(Samples.Request(format, 2, _key), new SequenceBuffer(other, 2), CancellationToken.None));
    });

    private void Cancellation() => factory.With(generator => Promise.Throws<OperationCanceledException>(
        "Sampling", () => generator.Draw(options.BatchSize, _key, cancellationToken: new CancellationToken(canceled: true))));

    private int[] CountFirst(TokenBatch samples)
    {
        int[] counts = new int[format.VocabularySize];
        for (int row = 0; row < samples.Count; row++)
            counts[samples[row][0]]++;
        return counts;
    }

    private static bool Same(TokenBatch first, TokenBatch second) => first.Tokens.Span.SequenceEqual(second.Tokens.Span);

    // A policy may be nearly certain of what it samples; only otherwise does a repetition prove anything.
    private static bool IsSurprising(IGenerator generator, TokenBatch samples)
    {
        TokenBatch half = samples.Slice(0, samples.Count / 2);
        return Likelihood.NegativeMean(generator, half) * half.TokenCount > 20;
    }
}
