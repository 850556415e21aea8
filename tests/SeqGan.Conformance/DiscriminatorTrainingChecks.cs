namespace SeqGan.Conformance;

/// <summary>What a discriminator promises about its training step.</summary>
internal sealed class DiscriminatorTrainingChecks(
    CheckRunner runner, Func<IDiscriminator> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly TokenBatch _real = TestSequences.Create(format, options.BatchSize, options.Seed, Half(format, first: true));
    private readonly TokenBatch _generated = TestSequences.Create(format, options.BatchSize, options.Seed + 1, Half(format, first: false));

    public async Task RunAsync()
    {
        await runner.CheckAsync("a training step measures sane figures, or says that it does not train", FiguresAsync)
            .ConfigureAwait(false);
        await runner.CheckAsync("a training step takes batches of different sizes", DifferentSizesAsync).ConfigureAwait(false);
        await runner.CheckAsync("a cancelled training step changes nothing", CancellationAsync).ConfigureAwait(false);
        if (TestSequences.OrdinaryTokens(format).Length > 1)
            await runner.CheckAsync("training raises the scores of real sequences over those of generated ones", LearnsAsync)
                .ConfigureAwait(false);
        await runner.CheckAsync("after training, the same sequence gets the same probability again", RepeatableAsync).ConfigureAwait(false);
        await runner.CheckAsync("training leaves its batches unchanged", BatchesUnchangedAsync).ConfigureAwait(false);
        await runner.CheckAsync("a disposed discriminator does not train", DisposedAsync).ConfigureAwait(false);
    }

    /// <summary>Trains one step and scores.</summary>
    public async Task<float[]> UseAsync(IDiscriminator discriminator)
    {
        await TrainAsync(discriminator).ConfigureAwait(false);
        return
        [
            .. await ScorerChecks.ScoreAsync(discriminator, _real).ConfigureAwait(false),
            .. await ScorerChecks.ScoreAsync(discriminator, _generated).ConfigureAwait(false),
        ];
    }

    // Real and generated sequences share no ordinary token, so that whatever looks at tokens can tell them apart.
    private static ReadOnlySpan<int> Half(SequenceFormat format, bool first)
    {
        int[] tokens = TestSequences.OrdinaryTokens(format);
        int middle = tokens.Length / 2;
        return middle == 0 ? tokens : first ? tokens.AsSpan(..middle) : tokens.AsSpan(middle..);
    }

    private async Task FiguresAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        float[] before = await ScorerChecks.ScoreAsync(discriminator.Value, _real).ConfigureAwait(false);
        DiscriminatorStep step = await TrainAsync(discriminator.Value).ConfigureAwait(false);
        Promise.That(step is not null, "TrainAsync returned null.");
        if (!step!.Trained)
        {
            await ScorerChecks.SameScoresAsync("It said that it does not train", before, discriminator.Value, _real, options.Tolerance)
                .ConfigureAwait(false);
            return;
        }

        Promise.That(double.IsFinite(step.Loss) && step.Loss >= 0,
            $"The loss is {step.Loss}; it must be finite and at least 0: the trainer takes anything else for divergence.");

        // NaN stands for another figure that the implementation does not know.
        Promise.That(double.IsNaN(step.GradientNorm) || (double.IsFinite(step.GradientNorm) && step.GradientNorm >= 0),
            $"The gradient norm is {step.GradientNorm}; it must be finite and at least 0.");
        foreach ((string name, double value) in new[] { ("accuracy", step.Accuracy), ("real score", step.RealScore),
            ("generated score", step.GeneratedScore) })
            Promise.That(double.IsNaN(value) || value is >= 0 and <= 1, $"The {name} is {value}; it must be in [0, 1].");
    }

    private async Task DifferentSizesAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        await discriminator.Value.TrainAsync(_real, _generated.Slice(0, 1), CancellationToken.None).ConfigureAwait(false);
        await discriminator.Value.TrainAsync(_real.Slice(0, 1), _generated, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task CancellationAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        float[] before = await ScorerChecks.ScoreAsync(discriminator.Value, _real).ConfigureAwait(false);
        await Promise.ThrowsAsync<OperationCanceledException>(
            "Training with a cancelled token",
            () => discriminator.Value.TrainAsync(_real, _generated, new CancellationToken(canceled: true)).AsTask()).ConfigureAwait(false);
        await ScorerChecks.SameScoresAsync("After the cancelled step", before, discriminator.Value, _real, options.Tolerance)
            .ConfigureAwait(false);
    }

    private async Task LearnsAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        double before = await GapAsync(discriminator.Value).ConfigureAwait(false);
        for (int step = 0; step < options.TrainingSteps; step++)
        {
            if (!(await TrainAsync(discriminator.Value).ConfigureAwait(false)).Trained)
                return;
        }

        double after = await GapAsync(discriminator.Value).ConfigureAwait(false);
        Promise.That(
            after > before,
            $"The mean score of real sequences minus that of generated ones was {before:G5}, and is {after:G5} after "
                + $"{options.TrainingSteps} steps; it must rise.");
    }

    private async Task RepeatableAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        await TrainAsync(discriminator.Value).ConfigureAwait(false);
        float[] scores = await ScorerChecks.ScoreAsync(discriminator.Value, _real).ConfigureAwait(false);
        Promise.That(Array.TrueForAll(scores, score => score is >= 0 and <= 1),
            $"Scores are [{string.Join(", ", scores)}]; they must be in [0, 1].");
        await ScorerChecks.SameScoresAsync("Scored again", scores, discriminator.Value, _real, options.Tolerance).ConfigureAwait(false);
    }

    private async Task BatchesUnchangedAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        TokenBatch[] mine = Batches(), theirs = Batches();
        await discriminator.Value.TrainAsync(theirs[0], theirs[1], CancellationToken.None).ConfigureAwait(false);
        for (int i = 0; i < mine.Length; i++)
            Promise.That(theirs[i].Tokens.Span.SequenceEqual(mine[i].Tokens.Span),
                $"Training changed the tokens of the {(i == 0 ? "real" : "generated")} batch.");

        TokenBatch[] Batches() =>
        [
            TestSequences.Create(format, options.BatchSize, options.Seed),
            TestSequences.Create(format, options.BatchSize, options.Seed + 1),
        ];
    }

    private async Task DisposedAsync()
    {
        await using var discriminator = new Instance<IDiscriminator>(factory);
        bool trains = (await TrainAsync(discriminator.Value).ConfigureAwait(false)).Trained;
        if (!trains || discriminator.Value is not (IDisposable or IAsyncDisposable))
            return;
        await discriminator.DisposeAsync().ConfigureAwait(false);
        await Promise.ThrowsAsync<ObjectDisposedException>("Training after disposal", () => TrainAsync(discriminator.Value))
            .ConfigureAwait(false);
    }

    private async Task<double> GapAsync(IDiscriminator discriminator)
    {
        float[] real = await ScorerChecks.ScoreAsync(discriminator, _real).ConfigureAwait(false);
        float[] generated = await ScorerChecks.ScoreAsync(discriminator, _generated).ConfigureAwait(false);
        return real.Average() - generated.Average();
    }

    private async Task<DiscriminatorStep> TrainAsync(IDiscriminator discriminator) =>
        await discriminator.TrainAsync(_real, _generated, CancellationToken.None).ConfigureAwait(false);
}
