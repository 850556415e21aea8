namespace SeqGan.Training;

/// <summary>A kind of work that takes the same time whenever it comes.</summary>
internal enum TrainingWork
{
    /// <summary>A batch by maximum likelihood.</summary>
    LikelihoodStep,

    /// <summary>The sequences that the discriminator learns to reject.</summary>
    NegativeSampling,

    DiscriminatorStep,

    /// <summary>A batch of the generator's own: sampling, rollouts, scores and the step.</summary>
    PolicyStep,

    /// <summary>What follows a round's steps: measurements and observers. So for each phase.</summary>
    LikelihoodRoundEnd,
    DiscriminatorRoundEnd,
    AdversarialRoundEnd,
}

/// <summary>How long each kind of work takes, and by that how long the rest of a training will take.</summary>
/// <remarks>
/// Work that has not been timed yet is estimated by the tokens that it handles, at the pace of the work that has. It lives as long as the
/// trainer.
/// </remarks>
internal sealed class TrainingPace(
    TrainerComponents components, TrainingBatches batches, TrainingPosition at, TrainingFigures figures, EarlyStopping[] earlyStopping)
{
    private static readonly TrainingPhase[] s_phases =
        [TrainingPhase.GeneratorPretraining, TrainingPhase.DiscriminatorPretraining, TrainingPhase.Adversarial];

    private readonly TrainingOptions _options = components.Options.Training;
    private readonly Timing[] _timings = new Timing[Enum.GetValues<TrainingWork>().Length];
    private WorkCosts? _costs;
    private TrainingPhase _phases;
    private long _last;

    // What the open round did, and the phase's whole rounds before it: a discriminator may learn for fewer steps than it could.
    private double[] _inRound = [];
    private double[] _inRounds = [];
    private int _rounds;
    private bool _isWhole;

    private long DiscriminatorSteps => (long)_options.DiscriminatorEpochs * batches.NegativesPerEpoch;

    public void BeginTraining(TrainingPhase phases)
    {
        _phases = phases;
        BeginPhase();
    }

    /// <summary>Restarts the clock: the time since the last work belongs to none.</summary>
    public void BeginPhase()
    {
        _last = components.Clock.GetTimestamp();
        (_inRound, _inRounds, _rounds) = (new double[_timings.Length], new double[_timings.Length], 0);

        // A resumed round lacks what was done before.
        _isWhole = !at.State.IsInRound;
    }

    /// <summary>Notes that work is done, which took since the last.</summary>
    public void Complete(TrainingWork work)
    {
        long now = components.Clock.GetTimestamp();
        _timings[(int)work].Add(components.Clock.GetElapsedTime(_last, now).TotalSeconds, isStep: work < TrainingWork.LikelihoodRoundEnd);
        _inRound[(int)work]++;
        _last = now;
    }

    /// <summary>Notes that what follows a round's steps is done.</summary>
    public void CompleteRound(TrainingPhase phase)
    {
        Complete(RoundEndOf(phase));
        for (int work = 0; _isWhole && work < _inRound.Length; work++)
            _inRounds[work] += _inRound[work];
        _rounds += _isWhole ? 1 : 0;
        _isWhole = true;
        Array.Clear(_inRound);
    }

    /// <summary>The time until the chosen phases are over; null before anything was timed, and if no time span is long enough.</summary>
    public TimeSpan? EstimateRemaining(TrainingPhase open, bool endOfRound)
    {
        double[] left = new double[_timings.Length];
        foreach (TrainingPhase phase in s_phases.Where(phase => _phases.HasFlag(phase) && phase >= open))
            AddLeft(left, phase, phase == open, endOfRound);
        if (_timings.All(timing => timing.Count == 0))
            return null;
        double seconds = left.Index().Sum(work => work.Item == 0 ? 0 : work.Item * SecondsOf(work.Index));
        return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static TrainingWork RoundEndOf(TrainingPhase phase) => phase switch
    {
        TrainingPhase.GeneratorPretraining => TrainingWork.LikelihoodRoundEnd,
        TrainingPhase.DiscriminatorPretraining => TrainingWork.DiscriminatorRoundEnd,
        _ => TrainingWork.AdversarialRoundEnd,
    };

    private void AddLeft(double[] left, TrainingPhase phase, bool isOpen, bool endOfRound)
    {
        double rounds = phase switch
        {
            TrainingPhase.GeneratorPretraining => _options.GeneratorPretrainingEpochs,
            TrainingPhase.DiscriminatorPretraining => _options.DiscriminatorPretrainingRounds,
            _ => _options.AdversarialRounds,
        };
        if (isOpen)
            rounds -= at.Round + (endOfRound ? 1 : 0);
        if (rounds <= 0 || (isOpen && phase == TrainingPhase.DiscriminatorPretraining && at.IsDiscriminatorDone))
            return;
        rounds = Expect(phase, rounds, isOpen);
        double[] round = isOpen && _rounds > 0 ? [.. _inRounds.Select(done => done / _rounds)] : WorkOf(phase);
        for (int work = 0; work < left.Length; work++)
            left[work] += rounds * round[work];
        if (isOpen && !endOfRound)
            SubtractDone(left, phase, round);
    }

    /// <summary>The number of rounds to expect of those that are left: early stopping may end the phase before.</summary>
    /// <remarks>Nobody knows when. The geometric mean of the soonest and the latest end is wrong by the smallest factor at worst.</remarks>
    private double Expect(TrainingPhase phase, double latest, bool isOpen)
    {
        foreach (EarlyStopping stopping in earlyStopping)
        {
            if (stopping.SoonestEnd(phase, isOpen) is { } soonest && soonest < latest)
                latest = Math.Sqrt(soonest * latest);
        }

        return latest;
    }

    private double[] WorkOf(TrainingPhase phase)
    {
        double[] round = new double[_timings.Length];
        round[(int)RoundEndOf(phase)] = 1;
        if (phase == TrainingPhase.GeneratorPretraining)
        {
            round[(int)TrainingWork.LikelihoodStep] = batches.PerEpoch;
            return round;
        }

        bool isAdversarial = phase == TrainingPhase.Adversarial;
        double discriminatorRounds = isAdversarial ? _options.DiscriminatorRoundsPerRound : 1;
        round[(int)TrainingWork.PolicyStep] = isAdversarial ? _options.GeneratorStepsPerRound : 0;
        round[(int)TrainingWork.NegativeSampling] = discriminatorRounds;
        round[(int)TrainingWork.DiscriminatorStep] = discriminatorRounds * DiscriminatorSteps;
        return round;
    }

    // What is done of the open round, by the training's position, which a resumption restores.
    private void SubtractDone(double[] left, TrainingPhase phase, double[] round)
    {
        TrainingState state = at.State;
        double steps = figures.Steps - state.RoundSteps;
        if (phase == TrainingPhase.GeneratorPretraining)
        {
            Subtract(TrainingWork.LikelihoodStep, steps);
            return;
        }

        Subtract(TrainingWork.PolicyStep, state.GeneratorSteps);
        Subtract(
            TrainingWork.NegativeSampling,
            state.IsDiscriminatorDone ? double.PositiveInfinity : state.DiscriminatorRounds + (state.HasNegatives ? 1 : 0));
        double discriminatorSteps = steps - state.GeneratorSteps * (double)components.Options.PolicyGradient.Passes;
        Subtract(TrainingWork.DiscriminatorStep, state.IsDiscriminatorDone ? double.PositiveInfinity : discriminatorSteps);

        void Subtract(TrainingWork work, double done) => left[(int)work] -= Math.Clamp(done, 0, round[(int)work]);
    }

    private double SecondsOf(int work)
    {
        if (_timings[work].Count > 0)
            return _timings[work].Mean;
        _costs ??= new WorkCosts(components.Corpus, components.Options, components.Rollout is not null);
        if (work != (int)TrainingWork.PolicyStep)
            return _costs.Of((TrainingWork)work) * Pace();

        // Its parts are of the kinds that came before it.
        return _costs.Sampled * PaceOf(TrainingWork.NegativeSampling) + _costs.Scored * PaceOf(TrainingWork.DiscriminatorStep)
            + _costs.Trained * PaceOf(TrainingWork.LikelihoodStep);
    }

    // In seconds for a token that the generator learns from.
    private double PaceOf(TrainingWork work) =>
        _timings[(int)work].Count > 0 && _costs!.Of(work) > 0 ? _timings[(int)work].Mean / _costs.Of(work) : Pace();

    // Of all steps that were timed; what observers do after a round has nothing to do with tokens.
    private double Pace()
    {
        double seconds = 0, cost = 0;
        for (int work = 0; work < (int)TrainingWork.LikelihoodRoundEnd; work++)
        {
            seconds += _timings[work].Mean * _timings[work].Count;
            cost += _costs!.Of((TrainingWork)work) * _timings[work].Count;
        }

        return cost == 0 ? 0 : seconds / cost;
    }

    /// <summary>
    /// How long work of a kind took, mostly of late. The first of a kind is slower and counts only as long as it is the only one.
    /// </summary>
    private struct Timing
    {
        // Steps get faster while the program warms up; what follows rounds takes long only in some.
        private const int StepMemory = 8, RoundMemory = 32;

        public int Count { get; private set; }

        public double Mean { get; private set; }

        /// <remarks>A step during which the program was stopped (Ctrl+Z) says nothing of the next: it doubles the mean at most.</remarks>
        public void Add(double seconds, bool isStep)
        {
            double mean = Mean + ((seconds - Mean) / Math.Clamp(Count, 1, isStep ? StepMemory : RoundMemory));
            Mean = isStep && Count > 1 && Mean > 0 ? Math.Min(mean, 2 * Mean) : mean;
            Count++;
        }
    }
}
