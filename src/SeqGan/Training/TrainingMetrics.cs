namespace SeqGan;

/// <summary>The figures of a trainer's models; it lives as long as the trainer.</summary>
internal sealed class TrainingMetrics
{
    private readonly RunningMean _generatorLoss = new();
    private readonly RunningMean _negativeLogLikelihood = new();
    private readonly RunningMean _policyEntropy = new();
    private readonly RunningMean _generatorGradientNorm = new();
    private readonly RunningMean _discriminatorLoss = new();
    private readonly RunningMean _discriminatorAccuracy = new();
    private readonly RunningMean _realScore = new();
    private readonly RunningMean _generatedScore = new();
    private readonly RunningMean _discriminatorGradientNorm = new();
    private readonly RunningMean _rewardMean = new();
    private readonly RunningMean _rewardDeviation = new();
    private readonly RunningMean _sampleUniqueness = new();
    private readonly RunningMean _kl = new();
    private readonly RunningMean _klCoefficient = new();
    private readonly RunningMean _clippedShare = new();
    private readonly RunningMean[] _all;
    private readonly SortedDictionary<string, RunningMean> _scores = new(StringComparer.Ordinal);
    private HeldOutAccuracy? _heldOut;
    private long _notApplicable;
    private long _notFinite;

    public TrainingMetrics()
    {
        _all =
        [
            _generatorLoss, _negativeLogLikelihood, _policyEntropy, _generatorGradientNorm, _discriminatorLoss, _discriminatorAccuracy,
            _realScore, _generatedScore, _discriminatorGradientNorm, _rewardMean, _rewardDeviation, _sampleUniqueness,
            _kl, _klCoefficient, _clippedShare,
        ];
    }

    /// <summary>Training steps of both models.</summary>
    public long Steps { get; private set; }

    /// <summary>Tokens in these steps' batches.</summary>
    public long Tokens { get; private set; }

    public void StartRound()
    {
        foreach (RunningMean mean in _all.Concat(_scores.Values))
            mean.StartRound();
        (_notApplicable, _notFinite) = (0, 0);
    }

    public void Add(GeneratorStep step, GeneratorObjective objective, int tokens)
    {
        Steps++;
        Tokens += tokens;
        _generatorLoss.Add(step.Loss);
        (objective == GeneratorObjective.MaximumLikelihood ? _negativeLogLikelihood : _policyEntropy).Add(step.NegativeLogLikelihood);
        _generatorGradientNorm.Add(step.GradientNorm);
    }

    public void Add(DiscriminatorStep step, int tokens)
    {
        Steps++;
        Tokens += tokens;
        _discriminatorLoss.Add(step.Loss);
        _discriminatorAccuracy.Add(step.Accuracy);
        _realScore.Add(step.RealScore);
        _generatedScore.Add(step.GeneratedScore);
        _discriminatorGradientNorm.Add(step.GradientNorm);
    }

    public void AddRewards(double mean, double deviation)
    {
        _rewardMean.Add(mean);
        _rewardDeviation.Add(deviation);
    }

    public void AddScores(ScoreSummary scores)
    {
        Add($"reward_{scores.Name}_mean", scores.Mean);
        Add($"reward_{scores.Name}_deviation", scores.Deviation);

        void Add(string metric, double value)
        {
            if (!_scores.TryGetValue(metric, out RunningMean? mean))
                _scores.Add(metric, mean = new RunningMean());
            mean.Add(value);
        }
    }

    /// <param name="share">The share of different sequences in a batch of the generator's.</param>
    public void AddUniqueness(double share) => _sampleUniqueness.Add(share);

    public void AddKl(double kl, double coefficient)
    {
        _kl.Add(kl);
        _klCoefficient.Add(coefficient);
    }

    public void AddClipped(double share) => _clippedShare.Add(share);

    public void AddNotApplicable(long count) => _notApplicable += count;

    /// <summary>A step whose loss, gradient or reward was not finite, and that the training passed over.</summary>
    public void AddNotFinite()
    {
        Steps++;
        _notFinite++;
    }

    public void Set(HeldOutAccuracy heldOut) => _heldOut = heldOut;

    /// <summary>What this round measured.</summary>
    public RoundFigures Round => new(_discriminatorAccuracy.RoundValue, _rewardDeviation.RoundValue, _policyEntropy.RoundValue, _sampleUniqueness.RoundValue);

    public TrainingMetricsState State
    {
        get => new()
        {
            Steps = Steps,
            Tokens = Tokens,
            Means = [.. _all.Select(mean => mean.State)],
            Scores = _scores.ToDictionary(score => score.Key, score => score.Value.State),
            HeldOutReal = _heldOut?.Real,
            HeldOutGenerated = _heldOut?.Generated,
            NotApplicable = _notApplicable,
            NotFinite = _notFinite,
        };
        set
        {
            (Steps, Tokens, _notApplicable, _notFinite) = (value.Steps, value.Tokens, value.NotApplicable, value.NotFinite);
            _heldOut = value is { HeldOutReal: { } real, HeldOutGenerated: { } generated } ? new HeldOutAccuracy(real, generated) : null;
            for (int i = 0; i < _all.Length; i++)
                _all[i].State = i < value.Means.Count ? value.Means[i] : default;
            _scores.Clear();
            foreach ((string metric, RunningMeanState state) in value.Scores ?? new Dictionary<string, RunningMeanState>())
                _scores.Add(metric, new RunningMean { State = state });
        }
    }

    /// <summary>The report with the figures filled in.</summary>
    public TrainingProgress Fill(TrainingProgress report) => report with
    {
        Step = Steps,
        GeneratorLoss = _generatorLoss.Value,
        NegativeLogLikelihood = _negativeLogLikelihood.Value,
        PolicyEntropy = _policyEntropy.Value,
        GeneratorGradientNorm = _generatorGradientNorm.Value,
        DiscriminatorLoss = _discriminatorLoss.Value,
        DiscriminatorAccuracy = _discriminatorAccuracy.Value,
        HeldOutRealAccuracy = _heldOut?.Real,
        HeldOutAccuracy = _heldOut?.Balanced,
        RealScore = _realScore.Value,
        GeneratedScore = _generatedScore.Value,
        DiscriminatorGradientNorm = _discriminatorGradientNorm.Value,
        RewardMean = _rewardMean.Value,
        RewardDeviation = _rewardDeviation.Value,
        SampleUniqueness = _sampleUniqueness.Value,
        Kl = _kl.Value,
        KlCoefficient = _klCoefficient.Value,
        ClippedShare = _clippedShare.Value,
        ScoresNotApplicable = _notApplicable,
        StepsNotFinite = _notFinite,
        Metrics = report is { EndOfRound: true, Phase: TrainingPhase.Adversarial } && _scores.Count > 0 ? RoundScores() : report.Metrics,
    };

    private Dictionary<string, double> RoundScores() =>
        _scores.Where(score => score.Value.RoundValue is not null).ToDictionary(score => score.Key, score => score.Value.RoundValue!.Value);
}
