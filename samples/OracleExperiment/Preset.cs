using SeqGan.Discrimination;
using SeqGan.Evaluation;
using SeqGan.Generation;
using SeqGan.Rewards;
using SeqGan.Training;
using SeqGan;

namespace OracleExperiment;

/// <summary>The size and the schedule of an experiment.</summary>
internal sealed record Preset(
    string Name, SequenceFormat Format, int TrainingSequences, int HeldOutSequences, int EvaluationSamples, int EvaluationInterval,
    Action<SeqGanOptions> Configure, Action<SeqGanOptions> KeepNear)
{
    public static IReadOnlyDictionary<string, Func<int, Preset>> All { get; } = new Dictionary<string, Func<int, Preset>>
    {
        ["smoke"] = Smoke,
        ["fast"] = Fast,
        ["paper"] = Paper,
    };

    // Real sequences that BLEU compares with: the oracle's, but neither the training's nor those that NLL_test is measured with.
    public const int BleuReferences = 1_000;

    /// <summary>What keeps maximum likelihood from memorising: weight decay and a falling learning rate; chosen with seed 1.</summary>
    public static void Regularise(SeqGanOptions options)
    {
        options.Generator.WeightDecay = 0.2;
        options.Training.LearningRateSchedule = LearningRateSchedule.Cosine;
        options.Training.WarmupShare = 0.1;
        options.Training.GeneratorPretrainingEpochs = 12;
    }

    /// <summary>What a comparison of many ways to reward has time for; a discriminator that is trained for longer memorises.</summary>
    public static void Compare(SeqGanOptions options)
    {
        options.Training.BatchSize = Math.Min(options.Training.BatchSize, 128);
        options.Training.NegativeSamples = Math.Min(options.Training.NegativeSamples, 1_280);
        options.Training.DiscriminatorPretrainingRounds = Math.Min(options.Training.DiscriminatorPretrainingRounds, 16);
        options.Training.LearningRateSchedule = LearningRateSchedule.Cosine;
    }

    /// <summary>The mediator of cooperative training: the generator's network, in smaller steps: it starts with its weights.</summary>
    public GeneratorOptions Mediator()
    {
        var options = new SeqGanOptions();
        Configure(options);
        options.Generator.LearningRate = 1e-3;
        options.Generator.WeightDecay = 0.2;
        return options.Generator;
    }

    public Preset WithRounds(int? rounds) => rounds is null ? this : this with
    {
        Configure = options =>
        {
            Configure(options);
            options.Training.AdversarialRounds = rounds.Value;
        },
        KeepNear = options =>
        {
            KeepNear(options);
            options.Training.AdversarialRounds = rounds.Value;
        },
    };

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
    }, options =>
    {
        Near(options);
        options.Training.BatchSize = 64;
        options.Training.DiscriminatorPretrainingRounds = 2;
        options.Training.AdversarialRounds = 4;
        options.Training.NegativeSamples = 256;
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
    }, Near);

    // The published schedule: hours on a processor.
    private static Preset Paper(int startToken) =>
        new("paper", new SequenceFormat(5_000, 20, startToken), 10_000, 5_000, 5_000, 5, options => options.UsePaperParameters(), Near);

    // What the search of docs/results.md ended with: from the generator of the best NLL_test, in small steps along the average of many
    // sequences, by a discriminator that reads from left to right and is trained long enough to know something.
    private static void Near(SeqGanOptions options)
    {
        options.Discriminator = new DiscriminatorOptions
        {
            Network = DiscriminatorNetwork.Gru,
            EmbeddingSize = 32,
            HiddenSize = 64,
            Dropout = 0.5,
            LearningRate = 4e-3,
        };
        options.Generator.PolicyGradientLearningRate = 1e-3;
        options.PolicyGradient.KlCoefficient = 0.05;
        options.Rewards.Baseline = RewardBaseline.BatchMean;
        options.Training.BatchSize = 512;
        options.Training.NegativeSamples = 5_120;
        options.Training.DiscriminatorPretrainingRounds = 20;
        options.Training.DiscriminatorEpochs = 1;
        options.Training.DiscriminatorRoundsPerRound = 1;
        options.Training.AdversarialRounds = 24;
        options.Training.GeneratorStepsPerRound = 4;
    }

    private static void SmallDiscriminator(DiscriminatorOptions options, int filters)
    {
        options.FilterWidths = [1, 2, 3, 4, 5, 7, 10];
        options.FilterCounts = [.. Enumerable.Repeat(filters, 7)];
        options.LearningRate = 1e-3;
    }
}
