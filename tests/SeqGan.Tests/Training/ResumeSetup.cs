using System.Globalization;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>A small real training with everything that has a state, and what it comes to.</summary>
internal sealed class ResumeSetup : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-resume-");

    public string Checkpoints => Path.Combine(_folder.FullName, "checkpoints");

    public static Corpus Corpus { get; } = Corpus.FromLines(
        Enumerable.Range(0, 60).Select(i => string.Concat("abcd"[i % 4], "efg"[i % 3], "hijkl"[i % 5], "mn"[i % 2], i % 7 == 0 ? "o" : ""))
            .Distinct(),
        new CorpusOptions { MaxLength = 8, HeldOutFraction = 0.2, Seed = 3 });

    /// <summary>What is learned from; <see cref="Corpus"/> unless said otherwise.</summary>
    public Corpus Data { get; init; } = Corpus;

    /// <summary>Changes the options of every training.</summary>
    public Action<SeqGanBuilder>? Configure { get; set; }

    public List<string> Reports { get; } = [];

    public SeqGanBuilder Builder(Action<TrainingProgress>? observe = null)
    {
        SeqGanBuilder builder = new SeqGanBuilder()
            .UseCorpus(Data)
            .UseSeed(5)
            .Configure(options => (options.Generator.EmbeddingSize, options.Generator.HiddenSize) = (6, 8))
            .Configure(options =>
            {
                (options.Generator.Dropout, options.Generator.WeightDecay, options.Generator.WeightAveraging) = (0.2, 0.1, 0.8);
                (options.Training.LearningRateSchedule, options.Training.WarmupShare) = (LearningRateSchedule.Cosine, 0.1);
            })
            .Configure(options =>
            {
                (options.Discriminator.EmbeddingSize, options.Discriminator.LearningRate) = (6, 0.01);
                (options.Discriminator.FilterWidths, options.Discriminator.FilterCounts) = ([1, 2, 3], [4, 4, 4]);
            })
            .Configure(options => (options.Rewards.SamplesPerPrefix, options.Rewards.Baseline) = (2, RewardBaseline.MovingAverage))
            .Configure(options =>
            {
                options.Training.BatchSize = 8;
                options.Training.GeneratorPretrainingEpochs = 3;
                options.Training.DiscriminatorPretrainingRounds = 2;
                options.Training.DiscriminatorEpochs = 2;
                options.Training.DiscriminatorPatience = 2;
                options.Training.NegativeSamples = 16;
                options.Training.AdversarialRounds = 3;
                options.Training.GeneratorStepsPerRound = 2;
                options.Training.DiscriminatorRoundsPerRound = 2;
                options.Training.ProgressInterval = TimeSpan.FromTicks(1);
                options.Training.EarlyStopping.Add(new EarlyStoppingOptions { Patience = 2 });
            })
            .AddObserver(new EvaluationObserver([Evaluators.HeldOutLikelihood(Data), Evaluators.Quality(Data, count: 20)]))
            .AddObserver(progress => Reports.Add(Describe(progress)))
            .AddObserver(observe ?? (_ => { }), withinRounds: true);
        Configure?.Invoke(builder);
        return builder;
    }

    /// <summary>Everything that a training comes to, as text.</summary>
    public string Digest(SeqGanTrainer trainer) => string.Join(
        '\n',
        [
            State(trainer.Generator), State(trainer.Discriminator), .. trainer.Generate(20, new SamplingOptions { Seed = 4 }),
            // What was reported twice counts once; the later one was made after the resumption.
            .. Reports.Distinct(),
        ]);

    public void Dispose() => _folder.Delete(recursive: true);

    private static string State(object component)
    {
        using var state = new MemoryStream();
        ((ICheckpointable)component).SaveState(state);
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(state.ToArray()));
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture, $"{progress.Phase} {progress.Round} {progress.Step} {progress.Fraction:R} {progress.Signs} ")
        + string.Join(' ', TrainingMetric.Known(progress).Where(figure => !figure.Key.EndsWith("_per_second", StringComparison.Ordinal))
            .OrderBy(figure => figure.Key, StringComparer.Ordinal)
            .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value:R}")));
}
