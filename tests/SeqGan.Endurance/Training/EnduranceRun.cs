using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SeqGan.Endurance.Training;

/// <summary>A small training with every part that has a state, in a folder of its own, and what it comes to.</summary>
internal sealed class EnduranceRun : IDisposable
{
    private readonly JsonLinesObserver _log;

    /// <param name="folder">Holds the log, and the checkpoints if they are nowhere else; created where it is missing.</param>
    /// <param name="checkpoints">Holds the checkpoints.</param>
    public EnduranceRun(string folder, string? checkpoints = null)
    {
        Folder = folder;
        Checkpoints = checkpoints ?? Path.Combine(folder, "checkpoints");
        _log = new JsonLinesObserver(LogPath);
    }

    public static Corpus Corpus { get; } = Corpus.FromLines(
        Enumerable.Range(0, 400).Select(i =>
            string.Concat("abcdefgh"[i % 8], "aeiou"[i % 5], "klmnrst"[i % 7], i % 3 == 0 ? "o" : "a", i % 11 == 0 ? "x" : "")).Distinct(),
        new CorpusOptions { MaxLength = 8, HeldOutFraction = 0.2, Seed = 3 });

    public string Folder { get; }

    public string Checkpoints { get; }

    private string LogPath => Path.Combine(Folder, "run.jsonl");

    public SeqGanBuilder Builder(Action<CheckpointInfo>? written = null) => new SeqGanBuilder()
        .UseCorpus(Corpus)
        .UseSeed(7)
        .Configure(options =>
        {
            (options.Generator.EmbeddingSize, options.Generator.HiddenSize) = (16, 32);
            (options.Generator.Dropout, options.Generator.WeightDecay, options.Generator.WeightAveraging) = (0.1, 0.1, 0.95);
            (options.Training.LearningRateSchedule, options.Training.WarmupShare) = (LearningRateSchedule.Cosine, 0.05);
        })
        .Configure(options =>
        {
            (options.Discriminator.EmbeddingSize, options.Discriminator.Dropout) = (16, 0.25);
            (options.Discriminator.FilterWidths, options.Discriminator.FilterCounts) = ([1, 2, 3], [16, 16, 16]);
        })
        .Configure(options => (options.Rewards.SamplesPerPrefix, options.Rewards.Baseline) = (4, RewardBaseline.MovingAverage))
        .Configure(options =>
        {
            (options.Training.BatchSize, options.Training.NegativeSamples) = (32, 64);
            (options.Training.GeneratorPretrainingEpochs, options.Training.DiscriminatorPretrainingRounds) = (20, 10);
            (options.Training.DiscriminatorEpochs, options.Training.DiscriminatorPatience) = (2, 4);
            (options.Training.AdversarialRounds, options.Training.GeneratorStepsPerRound) = (30, 2);
            options.Training.ProgressInterval = TimeSpan.Zero;
        })
        .Configure(options => (options.Checkpoints.EveryRounds, options.Checkpoints.Interval) = (7, TimeSpan.FromMilliseconds(100)))
        .AddObserver(new EvaluationObserver([Evaluators.HeldOutLikelihood(Corpus), Evaluators.Quality(Corpus, count: 50)], interval: 5))
        .AddObserver(_log)
        .UseCheckpoints(Checkpoints, written)
        .ResumeFrom(Checkpoints);

    /// <summary>What is the same after every resumption, part by part.</summary>
    public string Digest(SeqGanTrainer trainer) => JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["generator"] = Hash(StateOf(trainer.Generator)),
        ["discriminator"] = Hash(StateOf(trainer.Discriminator)),
        ["samples"] = Hash(Encoding.UTF8.GetBytes(string.Join('\n', trainer.Generate(100, new SamplingOptions { Seed = 4 })))),
        ["metrics"] = Hash(Encoding.UTF8.GetBytes(string.Join('\n', ReadMetrics()))),
    });

    public void Dispose() => _log.Dispose();

    private static byte[] StateOf(object component)
    {
        using var state = new MemoryStream();
        ((ICheckpointable)component).SaveState(state);
        return state.ToArray();
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The ends of all rounds, without what tells the time.</summary>
    private IEnumerable<string> ReadMetrics()
    {
        using var file = new StreamReader(new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (file.ReadLine() is { } line)
        {
            using JsonDocument report = JsonDocument.Parse(line);
            yield return string.Join(' ', report.RootElement.EnumerateObject()
                .Where(property => property.Name is not ("elapsed_seconds" or "remaining_seconds")
                    && !property.Name.EndsWith("_per_second", StringComparison.Ordinal))
                .Select(property => property.ToString()));
        }
    }
}
