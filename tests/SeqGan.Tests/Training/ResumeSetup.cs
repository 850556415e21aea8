using System.Globalization;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>A small real training with everything that has a state, and what it comes to.</summary>
internal sealed class ResumeSetup : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-resume-");

    public string Checkpoints => Path.Combine(_folder.FullName, "checkpoints");

    public static Corpus Corpus { get; } = Corpus.FromLines(
        Enumerable.Range(0, 60).Select(i => string.Concat("abcd"[i % 4], "efg"[i % 3], "hijkl"[i % 5], "mn"[i % 2], i % 7 == 0 ? "o" : "")).Distinct(),
        new CorpusOptions { MaxLength = 8, HeldOutFraction = 0.2, Seed = 3 });

    /// <summary>What is learnt from; <see cref="Corpus"/> unless said otherwise.</summary>
    public Corpus Data { get; init; } = Corpus;

    /// <summary>Changes the options of every training.</summary>
    public Action<SeqGanBuilder>? Configure { get; set; }

    public List<string> Reports { get; } = [];

    public SeqGanBuilder Builder(Action<TrainingProgress>? observe = null)
    {
        SeqGanBuilder builder = new SeqGanBuilder()
            .UseCorpus(Data)
            .UseSeed(5)
            .ConfigureGenerator(generator => (generator.EmbeddingSize, generator.HiddenSize) = (6, 8))
            .ConfigureDiscriminator(discriminator =>
            {
                (discriminator.EmbeddingSize, discriminator.LearningRate) = (6, 0.01);
                (discriminator.FilterWidths, discriminator.FilterCounts) = ([1, 2, 3], [4, 4, 4]);
            })
            .ConfigureRewards(rewards => (rewards.SamplesPerPrefix, rewards.Baseline) = (2, RewardBaseline.MovingAverage))
            .ConfigureTraining(training =>
            {
                training.BatchSize = 8;
                training.GeneratorPretrainingEpochs = 3;
                training.DiscriminatorPretrainingRounds = 2;
                training.DiscriminatorEpochs = 2;
                training.DiscriminatorPatience = 2;
                training.NegativeSamples = 16;
                training.AdversarialRounds = 3;
                training.GeneratorStepsPerRound = 2;
                training.DiscriminatorRoundsPerRound = 2;
                training.ProgressInterval = TimeSpan.FromTicks(1);
                training.EarlyStopping.Add(new EarlyStoppingOptions { Patience = 2 });
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
            State(trainer.Generator), State(trainer.Discriminator), .. trainer.Generate(20, seed: 4),
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
            .OrderBy(figure => figure.Key, StringComparer.Ordinal).Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value:R}")));
}
