namespace SeqGan.Training;

/// <summary>How far a training is, and the counters of its random numbers. Only these verbs move it.</summary>
/// <remarks>The session takes back a failed step. The counters live as long as the trainer: another training draws fresh numbers.</remarks>
internal sealed class TrainingPosition
{
    /// <summary>The position as a value, to keep and to return to.</summary>
    public TrainingState State { get; set; } = new();

    public TrainingPhase? Phase => State.Phase;

    public int Round => State.Round;

    public int GeneratorSteps => State.GeneratorSteps;

    public int DiscriminatorRounds => State.DiscriminatorRounds;

    public int DiscriminatorEpochs => State.DiscriminatorEpochs;

    public bool IsDiscriminatorDone => State.IsDiscriminatorDone;

    public bool IsBeforeFirstGeneratorStep => State is { Round: 0, GeneratorSteps: 0 };

    /// <summary>Whether a phase of so many rounds has one to begin or to complete.</summary>
    public bool HasRoundsLeft(int rounds) =>
        !State.IsPhaseStopped && (State.IsInRound || (State.Round < rounds && !State.IsDiscriminatorDone));

    public void BeginTraining() => State = State.Begin(null);

    public void BeginPhase(TrainingPhase phase) => State = State.Begin(phase);

    public void ContinuePhase() => State = State with { IsEnded = false };

    public void BeginRound(long steps) => State = State with { IsInRound = true, RoundSteps = steps };

    public uint NextShuffle() => (State = State with { Shuffles = State.Shuffles + 1 }).Shuffles;

    public uint NextScheduledBatch() => (State = State with { ScheduledBatches = State.ScheduledBatches + 1 }).ScheduledBatches;

    public uint NextSample() => (State = State with { Samples = State.Samples + 1 }).Samples;

    /// <summary>The number of the discriminator round's generated sequences: the same until the round is complete.</summary>
    public uint NextNegativeSet()
    {
        if (!State.HasNegatives)
            State = State with { NegativeSets = State.NegativeSets + 1, HasNegatives = true, Negatives = default };
        return State.NegativeSets;
    }

    public void CompleteGeneratorStep() => State = State with { GeneratorSteps = State.GeneratorSteps + 1 };

    /// <summary>The discriminator takes no further step in this round, or in this phase of its own.</summary>
    public void StopDiscriminator() => State = State with { IsDiscriminatorDone = true };

    public void CompleteDiscriminatorEpoch() => State = State with { DiscriminatorEpochs = State.DiscriminatorEpochs + 1 };

    public void CompleteDiscriminatorRound() =>
        State = State with { DiscriminatorRounds = State.DiscriminatorRounds + 1, DiscriminatorEpochs = 0, HasNegatives = false };

    public void CompleteRound(bool stopsPhase) => State = State.Begin(Phase) with
    {
        Round = Round + 1,
        IsPhaseStopped = stopsPhase,
        IsDiscriminatorDone = Phase == TrainingPhase.DiscriminatorPretraining && IsDiscriminatorDone,
    };

    public void EndTraining() => State = State with { IsEnded = true };
}
