namespace SeqGan.Training;

/// <summary>Watches for signs of divergence, and says what to change.</summary>
internal sealed class TrainingHealth(TrainerComponents components)
{
    private const string HintForDiscriminator =
        "Lower the discriminator's learning rate or its rounds, let it stop by its held-out loss (DiscriminatorPatience), "
        + "or give it more data.";
    private const string HintForGenerator =
        "Lower the policy gradient's learning rate, add a reward for diversity, or subtract a baseline.";

    private readonly TrainingHealthOptions _options = components.Options.Health;
    private readonly IScalableLearningRate[] _learners =
        [.. new object[] { components.Generator, components.Discriminator }.OfType<IScalableLearningRate>()];
    private readonly ILogger _logger = components.Logger;

    public TrainingHealthState State
    {
        get;
        set
        {
            field = value;
            foreach (IScalableLearningRate learner in _learners.Where(learner => learner.LearningRateScale != value.LearningRateScale))
                learner.LearningRateScale = value.LearningRateScale;
        }
    } = new();

    public DivergenceAction ActionOn(DivergenceSigns sign) => sign switch
    {
        DivergenceSigns.DiscriminatorWon => _options.OnDiscriminatorWon,
        DivergenceSigns.GeneratorCollapsed => _options.OnGeneratorCollapsed,
        _ => _options.OnNotFinite,
    };

    /// <summary>The signs that the figures of a round show; those that begin with it are logged.</summary>
    public DivergenceSigns Observe(TrainingProgress progress, TrainingFigures figures)
    {
        if (progress.Phase != TrainingPhase.Adversarial)
            return DivergenceSigns.None;
        double? accuracy = figures.RoundValueOf(TrainingMetric.DiscriminatorAccuracy);
        double? deviation = figures.RoundValueOf(TrainingMetric.RewardDeviation);
        double? entropy = figures.RoundValueOf(TrainingMetric.PolicyEntropy);
        double? uniqueness = figures.RoundValueOf(TrainingMetric.SampleUniqueness);
        bool won = accuracy >= _options.MaximumAccuracy && deviation < _options.MinimumRewardDeviation;
        bool collapsed = entropy < _options.MinimumEntropy || uniqueness < _options.MinimumUniqueness;
        State = State with
        {
            DiscriminatorWon = won ? State.DiscriminatorWon + 1 : 0,
            GeneratorCollapsed = collapsed ? State.GeneratorCollapsed + 1 : 0,
        };
        if (State.DiscriminatorWon == _options.Patience)
            Log.DiscriminatorWon(_logger, progress.Round, accuracy, deviation, _options.Patience, HintForDiscriminator);
        if (State.GeneratorCollapsed == _options.Patience)
            Log.GeneratorCollapsed(_logger, progress.Round, entropy, uniqueness, _options.Patience, HintForGenerator);
        DivergenceSigns signs = Signs;
        foreach (DivergenceSigns sign in Each(signs))
            SeqGanTelemetry.Divergence.Record(1, sign.ToString());
        return signs;
    }

    /// <summary>Active signs of divergence, except non-finite values.</summary>
    public DivergenceSigns Signs =>
        (State.DiscriminatorWon >= _options.Patience ? DivergenceSigns.DiscriminatorWon : DivergenceSigns.None)
        | (State.GeneratorCollapsed >= _options.Patience ? DivergenceSigns.GeneratorCollapsed : DivergenceSigns.None);

    /// <exception cref="TrainingDivergedException">A sign shows at which the training must stop.</exception>
    public void ThrowIfStopped(TrainingProgress progress)
    {
        foreach (DivergenceSigns sign in Each(progress.Signs & ~DivergenceSigns.NotFinite))
        {
            if (ActionOn(sign) == DivergenceAction.Continue)
                continue;
            (string quantity, double? value, string hint) = sign == DivergenceSigns.DiscriminatorWon
                ? ("discriminator accuracy", progress.DiscriminatorAccuracy, HintForDiscriminator)
                : ("policy entropy", progress.PolicyEntropy, HintForGenerator);
            throw new TrainingDivergedException(progress.Phase, progress.Step, quantity, value ?? double.NaN, hint, sign);
        }
    }

    public bool MayRollBack(TrainingDivergedException divergence) =>
        ActionOn(divergence.Sign) == DivergenceAction.RollBack && State.RollBacks < _options.MaximumRollBacks;

    /// <summary>The state with which a training continues from an earlier checkpoint.</summary>
    public TrainingHealthState AfterRollBack(TrainingHealthState restored) => restored with
    {
        LearningRateScale = State.LearningRateScale * _options.LearningRateFactor,
        RollBacks = State.RollBacks + 1,
    };

    private static IEnumerable<DivergenceSigns> Each(DivergenceSigns signs) =>
        Enum.GetValues<DivergenceSigns>().Where(sign => sign != DivergenceSigns.None && signs.HasFlag(sign));
}

/// <summary>What a <see cref="TrainingHealth"/> has seen.</summary>
internal sealed record TrainingHealthState
{
    /// <summary>Rounds in a row in which the discriminator had won.</summary>
    public int DiscriminatorWon { get; init; }

    /// <summary>Rounds in a row in which the generator had collapsed.</summary>
    public int GeneratorCollapsed { get; init; }

    public double LearningRateScale { get; init; } = 1;

    public int RollBacks { get; init; }

    /// <summary>Whether the last round looked as if the training was going wrong: a roll back goes to a checkpoint before that.</summary>
    public bool ShowsSigns => DiscriminatorWon > 0 || GeneratorCollapsed > 0;
}
