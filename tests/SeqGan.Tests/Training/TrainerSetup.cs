using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>A small trainer made of fakes. Real sequences have the last token of the vocabulary, generated ones never.</summary>
internal sealed class TrainerSetup
{
    public static SequenceFormat Format { get; } = new(6, 4);

    public TrainerSetup(int training = 8, int heldOut = 0, FakeGenerator? generator = null)
    {
        Generator = generator ?? new FakeGenerator(Format, Happened);
        Discriminator = new FakeDiscriminator(Happened);
        Rollout = new ListeningRollout(Happened);
        Rewards = new ListeningRewards(Happened);
        Corpus = Corpus.FromTokens(Rows(training, 0), Rows(heldOut, training), Format);
    }

    public List<string> Events { get; } = [];

    /// <summary>Called at each event, after it was written down.</summary>
    public Action<string>? On { get; set; }

    public FakeGenerator Generator { get; }

    public FakeDiscriminator Discriminator { get; }

    public ListeningRollout Rollout { get; }

    public IRewardEstimator Rewards { get; set; }

    public Corpus Corpus { get; }

    public List<ITrainingObserver> Observers { get; } = [];

    public List<IDisposable> Owned { get; } = [];

    public TrainingHealthOptions Health { get; } = new();

    public PolicyGradientOptions PolicyGradient { get; } = new();

    public IRolloutPolicy? KlReference { get; set; }

    public ILogger Logger { get; set; } = NullLogger.Instance;

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    public int SamplesPerPrefix { get; set; } = 16;

    public TrainingOptions Options { get; } = new()
    {
        BatchSize = 4,
        GeneratorPretrainingEpochs = 2,
        DiscriminatorPretrainingRounds = 2,
        DiscriminatorEpochs = 2,
        AdversarialRounds = 3,
        GeneratorStepsPerRound = 2,
        NegativeSamples = 4,
        ProgressInterval = TimeSpan.Zero,
    };

    public SeqGanTrainer Build(ulong seed = 1, RewardBaseline baseline = RewardBaseline.None) => new(new TrainerComponents
    {
        Generator = Generator,
        Discriminator = Discriminator,
        Rollout = Rollout,
        RewardEstimator = Rewards,
        Corpus = Corpus,
        Options = new SeqGanOptions
        {
            Seed = seed,
            Training = Options,
            Health = Health,
            PolicyGradient = PolicyGradient,
            Rewards = new RewardOptions { Baseline = baseline, SamplesPerPrefix = SamplesPerPrefix },
        },
        KlReference = KlReference,
        Logger = Logger,
        Clock = Clock,
        Observers = Observers,
        Owned = Owned,
    });

    private void Happened(string what)
    {
        Events.Add(what);
        On?.Invoke(what);
    }

    private static IEnumerable<int[]> Rows(int count, int first) =>
        Enumerable.Range(first, count).Select(i => new[] { 5, i % 5, i / 5 % 5, 0 });

    internal sealed class ListeningRollout(Action<string> happened) : IRollout
    {
        public SequenceFormat Format { get; set; } = TrainerSetup.Format;

        public ValueTask CompleteAsync(TokenBatch sequences, RolloutRequest request, SequenceBuffer destination,
            CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public void ResetPolicy() => happened("beta = theta");

        public void UpdatePolicy() => happened("beta");
    }

    /// <summary>The reward of a token is its own number over ten.</summary>
    internal sealed class ListeningRewards(Action<string> happened) : IRewardEstimator
    {
        public ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            // The trial before a training is none of its events.
            if (request.Key is not { Purpose: RandomPurpose.Evaluation, Step: 0 })
                happened($"reward {request.Key.Purpose} {request.Key.Step}");
            for (int i = 0; i < rewards.Length; i++)
                rewards.Span[i] = sequences.Tokens.Span[i] / 10f;
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>Keeps every report, on the thread that reports.</summary>
internal sealed class ProgressList : IProgress<TrainingProgress>
{
    public List<TrainingProgress> Reports { get; } = [];

    public void Report(TrainingProgress value) => Reports.Add(value);
}

internal sealed class ContextObserver(Action<TrainingProgress, TrainingContext> observe) : ITrainingObserver
{
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        OnProgressAsync(progress, context, cancellationToken);

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        observe(progress, context);
        return ValueTask.CompletedTask;
    }
}

internal static class TrainerRunning
{
    public static Task<TrainingResult> RunAsync(
        this SeqGanTrainer trainer, TrainingPhase phases = TrainingPhase.All, IProgress<TrainingProgress>? progress = null) =>
        trainer.TrainAsync(phases, progress, TestContext.Current.CancellationToken);
}
