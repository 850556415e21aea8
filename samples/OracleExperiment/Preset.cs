using SeqGan;

namespace OracleExperiment;

/// <summary>The size and the schedule of an experiment.</summary>
internal sealed record Preset(
    string Name, SequenceFormat Format, int TrainingSequences, int HeldOutSequences, int EvaluationSamples, int EvaluationInterval, Action<SeqGanOptions> Configure)
{
    public static IReadOnlyDictionary<string, Func<int, Preset>> All { get; } = new Dictionary<string, Func<int, Preset>>
    {
        ["smoke"] = Smoke,
        ["fast"] = Fast,
        ["paper"] = Paper,
    };

    public Preset WithRounds(int? rounds) => rounds is null ? this : this with { Configure = options =>
    {
        Configure(options);
        options.Training.AdversarialRounds = rounds.Value;
    } };

    // Shows that everything works, in seconds; its figures mean nothing.
    private static Preset Smoke(int startToken) => new("smoke", new SequenceFormat(200, 10, startToken), 1_000, 500, 500, 2, options =>
    {
        options.UsePaperParameters();
        SmallDiscriminator(options.Discriminator, filters: 30);
        options.Rewards.SamplesPerPrefix = 4;
        options.Training.GeneratorPretrainingEpochs = 12;
        options.Training.DiscriminatorPretrainingRounds = 2;
        options.Training.AdversarialRounds = 12;
        options.Training.DiscriminatorRoundsPerRound = 1;
        options.Training.DiscriminatorEpochs = 1;
    });

    // The published problem, generator and learning rates; fewer epochs, rollouts and discriminator steps, and a smaller
    // discriminator that learns faster.
    private static Preset Fast(int startToken) => new("fast", new SequenceFormat(5_000, 20, startToken), 10_000, 5_000, 2_000, 5, options =>
    {
        options.UsePaperParameters();
        SmallDiscriminator(options.Discriminator, filters: 100);
        options.Rewards.SamplesPerPrefix = 4;
        options.Training.GeneratorPretrainingEpochs = 25;
        options.Training.DiscriminatorPretrainingRounds = 5;
        options.Training.AdversarialRounds = 10;
        options.Training.GeneratorStepsPerRound = 3;
        options.Training.DiscriminatorRoundsPerRound = 1;
        options.Training.DiscriminatorEpochs = 1;
        options.Training.NegativeSamples = 2_000;
    });

    // The published schedule: hours on a processor.
    private static Preset Paper(int startToken) =>
        new("paper", new SequenceFormat(5_000, 20, startToken), 10_000, 5_000, 5_000, 5, options => options.UsePaperParameters());

    private static void SmallDiscriminator(DiscriminatorOptions options, int filters)
    {
        options.FilterWidths = [1, 2, 3, 4, 5, 7, 10];
        options.FilterCounts = [.. Enumerable.Repeat(filters, 7)];
        options.LearningRate = 1e-3;
    }
}
