using System.Text.Json.Serialization;

namespace SeqGan.Training;

/// <summary>A training between two steps: everything of the trainer's own that the rest depends on. Immutable.</summary>
internal sealed record TrainingState
{
    /// <summary>The phase that the training is in, or has last been in; null before the first one.</summary>
    public TrainingPhase? Phase { get; init; }

    /// <summary>Whether the training that was asked for has ended: another one begins its phases again.</summary>
    public bool IsEnded { get; init; }

    /// <summary>The phase's rounds that are complete.</summary>
    public int Round { get; init; }

    public bool IsInRound { get; init; }

    /// <summary>Whether early stopping has ended the phase.</summary>
    public bool IsPhaseStopped { get; init; }

    public int GeneratorSteps { get; init; }

    public int DiscriminatorRounds { get; init; }

    public int DiscriminatorEpochs { get; init; }

    /// <summary>Whether the present discriminator's round has its generated sequences; the counter of sets says which.</summary>
    public bool HasNegatives { get; init; }

    /// <summary>Whether the discriminator takes no further step in this round, or in this phase of its own.</summary>
    public bool IsDiscriminatorDone { get; init; }

    public uint Shuffles { get; init; }

    public uint NegativeSets { get; init; }

    public uint Samples { get; init; }

    public uint Measurements { get; init; }

    public uint ScheduledBatches { get; init; }

    public BatchPosition Epoch { get; init; }

    public BatchPosition Positives { get; init; }

    public BatchPosition Negatives { get; init; }

    /// <summary>The moving averages of the baseline by position; NaN where there is none yet.</summary>
    public IReadOnlyList<double> Baseline { get; init; } = [];

    /// <summary>The penalty on divergence; null in checkpoints from before there was one.</summary>
    public KlState? Kl { get; init; }

    /// <summary>The discriminator's patience; null if it has not begun.</summary>
    public PatienceState? Patience { get; init; }

    public TrainingFiguresState Metrics { get; init; } = new();

    /// <summary>The latest value of each metric that observers reported.</summary>
    public IReadOnlyDictionary<string, double> Evaluations { get; init; } = new Dictionary<string, double>();

    /// <summary>One for each early stopping of the options.</summary>
    public IReadOnlyList<EarlyStoppingState> EarlyStopping { get; init; } = [];

    public TrainingHealthState Health { get; init; } = new();

    /// <summary>Steps of both models when the round began.</summary>
    public long RoundSteps { get; init; }

    /// <summary>The last round of the adversarial phase that had a step; null if that was not the last phase.</summary>
    [JsonIgnore]
    public int? LastAdversarialRound =>
        Phase == TrainingPhase.Adversarial && (IsInRound ? Round + 1 : Round) is var round and > 0 ? round : null;

    /// <summary>The beginning of a phase, or of none.</summary>
    public TrainingState Begin(TrainingPhase? phase) => this with
    {
        Phase = phase,
        IsEnded = false,
        Round = 0,
        IsInRound = false,
        IsPhaseStopped = false,
        GeneratorSteps = 0,
        DiscriminatorRounds = 0,
        DiscriminatorEpochs = 0,
        HasNegatives = false,
        IsDiscriminatorDone = false,
        Negatives = default,
    };
}
