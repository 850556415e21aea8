using System.Diagnostics;
using SeqGan.Evaluation;
using SeqGan.Generation;
using SeqGan.Rewards;
using SeqGan.Training;
using SeqGan;

namespace OracleExperiment;

/// <summary>
/// The paper's synthetic experiment: an oracle makes the data, so that what a generator makes can be judged by the
/// true distribution. Every way to train starts from the same weights, except SeqGAN with what keeps it near the data: it starts where
/// maximum likelihood had the best NLL_test.
/// </summary>
internal sealed class Experiment(Preset preset, ulong seed, Arguments arguments, Action<string> say)
{
    // Longer n-grams hardly ever match in so large a vocabulary.
    private const int BleuOrder = 2;

    private const string SeqGan = "seqgan", SeqGanOfPaper = "seqgan_paper", Regularised = "mle_regularised";

    // The draws for each sequence in refined sampling.
    private static readonly int[] Refinements = [4, 16];

    private static readonly double[] Temperatures = [0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.1];

    private readonly List<CurvePoint> _curve = [];
    private readonly Dictionary<string, Measurement> _measured = [];
    private readonly Dictionary<string, IReadOnlyList<SweepPoint>> _sweep = [];

    public async Task<Result> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(preset.Format, seed);
        if (arguments.Oracle is { } file)
            oracle.LoadWeights(file);
        Corpus corpus = MakeCorpus(oracle, cancellationToken);
        var judge = new Judge(oracle, corpus.HeldOut, preset.EvaluationSamples);
        string folder = Directory.CreateTempSubdirectory("seqgan-oracle-").FullName;
        try
        {
            string start = Path.Combine(folder, "mle.safetensors"), best = Path.Combine(folder, "mle-best.safetensors");
            await PretrainAsync(corpus, judge, start, best, cancellationToken);
            MeasureTemperatures(judge, best, cancellationToken);
            string regularised = Path.Combine(folder, "mle-regularised.safetensors");
            await TrainRegularisedAsync(corpus, judge, regularised, cancellationToken);
            await ComparePoliciesAsync(corpus, judge, regularised, cancellationToken);
            await TrainScheduledAsync(corpus, judge, cancellationToken);
            BleuReferences references = MakeReferences(oracle, cancellationToken);
            await ContinueAsync("pg_bleu", corpus, judge, start, builder => RewardBleu(builder, references), TrainingPhase.Adversarial,
                cancellationToken);
            await ContinueAsync("constant", corpus, judge, start, builder => builder.UseConstantReward()
                .Configure(options => options.Training.DiscriminatorRoundsPerRound = 0), TrainingPhase.Adversarial, cancellationToken);
            await ContinueAsync(SeqGanOfPaper, corpus, judge, start, builder => builder,
                TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial, cancellationToken);
            TrainingResult seqGan = await ContinueAsync(
                SeqGan, corpus, judge, best, builder => builder.Configure(preset.KeepNear).UseSequenceRewards(),
                TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial, cancellationToken);
            return new Result(seed, _measured, _curve, _sweep, seqGan.Progress?.HeldOutAccuracy ?? double.NaN, clock.Elapsed.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Corpus MakeCorpus(RecurrentGenerator oracle, CancellationToken cancellationToken)
    {
        // Steps 0 and 1 of a purpose that nothing else in a run draws from.
        SequenceBuffer training = oracle.Sample(
            preset.TrainingSequences, new RandomKey(seed, RandomPurpose.User, 0), cancellationToken: cancellationToken);
        SequenceBuffer heldOut = oracle.Sample(
            preset.HeldOutSequences, new RandomKey(seed, RandomPurpose.User, 1), cancellationToken: cancellationToken);
        say($"oracle: {preset.TrainingSequences} training and {preset.HeldOutSequences} held-out sequences; its own NLL is "
            + $"{SequenceMetrics.NegativeLogLikelihood(oracle, heldOut.AsBatch(), cancellationToken: cancellationToken):F3}");
        return Corpus.FromTokens(training.AsBatch(), heldOut.AsBatch(), preset.Format);
    }

    /// <summary>Maximum likelihood to the end of the schedule; the weights of the end and those of the best NLL_test are kept.</summary>
    /// <remarks>The best are chosen by the same held-out sequences that they are then measured with, as early stopping is.</remarks>
    private async Task PretrainAsync(Corpus corpus, Judge judge, string start, string best, CancellationToken cancellationToken)
    {
        using RecurrentGenerator generator = NewGenerator();
        Record("random", judge.Measure(generator, 1, cancellationToken));
        double lowest = double.PositiveInfinity;
        var observer = new CurveObserver(preset.EvaluationInterval, (round, context) =>
        {
            Measurement value = judge.Measure(context.Generator, 1, cancellationToken);
            _curve.Add(new CurvePoint("mle", round, value));
            say($"mle, epoch {round}: NLL_oracle {value.NllOracle:F3}, NLL_test {value.NllTest:F3}");
            if (value.NllTest >= lowest)
                return;
            lowest = value.NllTest;
            generator.SaveWeights(best);
        });
        using SeqGanTrainer trainer = NewBuilder(corpus).UseGenerator(generator).AddObserver(observer).Build();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancellationToken);
        generator.SaveWeights(start);
        Record("mle", judge.Measure(generator, 1, cancellationToken));
    }

    private void MeasureTemperatures(Judge judge, string best, CancellationToken cancellationToken)
    {
        using RecurrentGenerator generator = NewGenerator();
        generator.LoadWeights(best);
        Record("mle_best", judge.Measure(generator, 1, cancellationToken));
        foreach (double temperature in new[] { 0.9, 0.8, 0.7 })
            Record(FormattableString.Invariant($"mle_best_t{temperature}"), judge.Measure(generator, temperature, cancellationToken));
        Sweep("mle", generator, judge, cancellationToken);
    }

    // From the same initial weights.
    private async Task TrainRegularisedAsync(Corpus corpus, Judge judge, string weights, CancellationToken cancellationToken)
    {
        using RecurrentGenerator generator = NewGenerator(Preset.Regularise);
        using SeqGanTrainer trainer = NewBuilder(corpus).Configure(Preset.Regularise).UseGenerator(generator).Build();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancellationToken);
        generator.SaveWeights(weights);
        Record(Regularised, judge.Measure(generator, 1, cancellationToken));
        Sweep(Regularised, generator, judge, cancellationToken);
    }

    /// <summary>
    /// What each way to reward adds to regularised maximum likelihood: from the same weights, as many steps near the data, whose time is
    /// recorded. And what refined sampling adds, which changes no weight.
    /// </summary>
    private async Task ComparePoliciesAsync(Corpus corpus, Judge judge, string start, CancellationToken cancellationToken)
    {
        const TrainingPhase Phases = TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial;
        await RefineAsync(corpus, judge, start, cancellationToken);
        await ContinueAsync(
            "near_constant", corpus, judge, start, builder => Near(builder).UseConstantReward().Configure(WithoutDiscriminator),
            TrainingPhase.Adversarial, cancellationToken);
        await ContinueAsync(
            "near_random", corpus, judge, start,
            builder => Near(builder).UseSequenceRewards().Configure(WithoutDiscriminator)
                .Configure(options => options.Rewards.DiscriminatorWeight = 0).AddTokenReward("random", 1, RandomReward),
            TrainingPhase.Adversarial, cancellationToken);
        await ContinueAsync(
            "near_sequence", corpus, judge, start, builder => Near(builder).UseSequenceRewards(), Phases, cancellationToken);
        await ContinueAsync(
            "near_prefixes", corpus, judge, start,
            builder => Near(builder).Configure(options => (options.Rewards.SamplesPerPrefix, options.Rewards.PrefixesPerSequence) = (1, 4)),
            Phases, cancellationToken);
        await ContinueAsync(
            "near_maligan", corpus, judge, start, builder => Near(builder).UseMaliGanRewards(), Phases, cancellationToken);
        await ContinueAsync(
            "near_cooperative", corpus, judge, start,
            builder => Near(builder).UseCooperativeTraining(preset.Mediator()), Phases, cancellationToken);

        SeqGanBuilder Near(SeqGanBuilder builder) => builder.Configure(preset.KeepNear).Configure(Preset.Compare);

        static void WithoutDiscriminator(SeqGanOptions options) => options.Training.DiscriminatorRoundsPerRound = 0;

        // The same for the same sequence, and nothing to learn from.
        static double RandomReward(ReadOnlySpan<int> tokens)
        {
            uint hash = 2166136261;
            foreach (int token in tokens)
                hash = (hash ^ (uint)token) * 16777619;
            return new RandomKey(hash, RandomPurpose.User, 3).NextUniform(0);
        }
    }

    private async Task RefineAsync(Corpus corpus, Judge judge, string start, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using RecurrentGenerator generator = NewGenerator();
        generator.LoadWeights(start);
        using SeqGanTrainer trainer =
            NewBuilder(corpus).Configure(preset.KeepNear).Configure(Preset.Compare).UseGenerator(generator).Build();
        TrainingResult result = await trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, cancellationToken: cancellationToken);
        double seconds = clock.Elapsed.TotalSeconds;
        say(FormattableString.Invariant($"refined: held-out loss {result.Progress?.HeldOutLoss:F4}, ln 2 is 0.6931"));
        var sampler = new SequenceSampler(trainer.Compile());
        foreach (int refine in Refinements)
        {
            string name = $"refined_{refine}";
            Record(name, judge.Measure(sampler, refine, 1, cancellationToken) with { Seconds = seconds });
            Sweep(name, temperature => judge.Measure(sampler, refine, temperature, cancellationToken));
        }
    }

    private async Task<TrainingResult> ContinueAsync(
        string name, Corpus corpus, Judge judge, string start, Func<SeqGanBuilder, SeqGanBuilder> configure, TrainingPhase phases,
        CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        bool isNear = name == SeqGan || name.StartsWith("near_", StringComparison.Ordinal);
        using RecurrentGenerator generator = NewGenerator(isNear ? preset.KeepNear : null);
        generator.LoadWeights(start);
        _curve.Add(new CurvePoint(name, 0, judge.Measure(generator, 1, cancellationToken)));
        var observer = new CurveObserver(preset.EvaluationInterval, (round, context) =>
        {
            Measurement value = judge.Measure(context.Generator, 1, cancellationToken);
            _curve.Add(new CurvePoint(name, round, value));
            say($"{name}, round {round}: NLL_oracle {value.NllOracle:F3}, NLL_test {value.NllTest:F3}");
        });
        using SeqGanTrainer trainer = configure(NewBuilder(corpus)).UseGenerator(generator).AddObserver(observer)
            .AddObserver(progress => Say(name, progress)).Build();
        TrainingResult result = await trainer.TrainAsync(phases, cancellationToken: cancellationToken);
        Record(name, judge.Measure(generator, 1, cancellationToken) with { Seconds = clock.Elapsed.TotalSeconds });
        if (isNear || name == SeqGanOfPaper)
            Sweep(name, generator, judge, cancellationToken);
        return result;
    }

    // From the same initial weights, as many epochs.
    private async Task TrainScheduledAsync(Corpus corpus, Judge judge, CancellationToken cancellationToken)
    {
        using RecurrentGenerator generator = NewGenerator();
        using SeqGanTrainer trainer = NewBuilder(corpus).UseGenerator(generator)
            .Configure(options => options.Training.ScheduledSampling = ScheduledSampling.Linear).Build();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancellationToken);
        Record("scheduled_sampling", judge.Measure(generator, 1, cancellationToken));
    }

    private BleuReferences MakeReferences(RecurrentGenerator oracle, CancellationToken cancellationToken) => new(
        oracle.Sample(Preset.BleuReferences, new RandomKey(seed, RandomPurpose.User, 2), cancellationToken: cancellationToken).AsBatch(),
        preset.Format, BleuOrder);

    // The discriminator has no part in it.
    private static SeqGanBuilder RewardBleu(SeqGanBuilder builder, BleuReferences references) => builder
        .Configure(options => options.Rewards.DiscriminatorWeight = 0)
        .Configure(options => options.Training.DiscriminatorRoundsPerRound = 0)
        .AddReward(Scorers.Bleu(references));

    private void Sweep(string name, RecurrentGenerator generator, Judge judge, CancellationToken cancellationToken) =>
        Sweep(name, temperature => judge.Measure(generator, temperature, cancellationToken));

    private void Sweep(string name, Func<double, Measurement> measure)
    {
        if (!arguments.Sweep)
            return;
        _sweep[name] = [.. Temperatures.Select(temperature => new SweepPoint(temperature, measure(temperature)))];
        foreach ((double temperature, Measurement value) in _sweep[name])
            say(FormattableString.Invariant(
                $"{name} at temperature {temperature}: NLL_oracle {value.NllOracle:F3}, NLL_test {value.NllTest:F3}"));
    }

    private void Say(string name, TrainingProgress progress)
    {
        if (progress.Phase != TrainingPhase.Adversarial || progress.Round % preset.EvaluationInterval == 0)
            say($"{name}: {progress}");
    }

    private void Record(string name, Measurement value)
    {
        _measured[name] = value;
        say($"{name}: NLL_oracle {value.NllOracle:F3}, NLL_test {value.NllTest:F3}");
    }

    private RecurrentGenerator NewGenerator(Action<SeqGanOptions>? configure = null)
    {
        var options = new SeqGanOptions();
        preset.Configure(options);
        configure?.Invoke(options);
        return new RecurrentGenerator(preset.Format, options.Generator, seed);
    }

    private SeqGanBuilder NewBuilder(Corpus corpus) => new SeqGanBuilder().UseCorpus(corpus).Configure(preset.Configure).UseSeed(seed);
}
