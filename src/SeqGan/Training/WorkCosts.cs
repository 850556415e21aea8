namespace SeqGan.Training;

/// <summary>What each kind of work costs, in tokens that the generator learns from by maximum likelihood.</summary>
internal sealed record WorkCosts
{
    // What a token costs, where one that the generator learns from costs 1: measured with an LSTM of 128 units.
    private const double SampledToken = 0.1, ScoredToken = 0.03, DiscriminatedToken = 0.6;

    private readonly double _likelihoodStep, _negativeSampling, _discriminatorStep, _roundEnd;

    /// <summary>For a training on a corpus with these options, with rollouts or without.</summary>
    public WorkCosts(Corpus corpus, SeqGanOptions options, bool hasRollouts = true)
    {
        (TokenBatch training, int batch) = (corpus.Training, options.Training.BatchSize);
        double length = 0, completions = 0, completed = 0;
        for (int row = 0; row < training.Count; row++)
        {
            double tokens = training.LengthOf(row);
            length += tokens / training.Count;

            // Of each prefix but the whole sequence, what follows it.
            completions += (tokens - 1) / training.Count;
            completed += tokens * (tokens - 1) / 2 / training.Count;
        }

        double completedShare = options.Rewards.PrefixesPerSequence is { } prefixes
            ? Math.Min(1, prefixes / Math.Max(1.0, corpus.Format.MaxLength - 1)) : 1;
        double samples = hasRollouts ? options.Rewards.SamplesPerPrefix * completedShare : 0;
        int negatives = options.Training.NegativeSamples > 0 ? options.Training.NegativeSamples : training.Count;
        _likelihoodStep = batch * length;
        _negativeSampling = negatives * length * SampledToken;
        _discriminatorStep = batch * length * DiscriminatedToken;
        Sampled = batch * (length + samples * completed) * SampledToken;
        Scored = batch * (1 + samples * completions) * length * ScoredToken;
        Trained = batch * options.PolicyGradient.Passes * length;
        _roundEnd = Math.Min(options.Training.HeldOutSamples, corpus.HeldOut.Count) * length * (SampledToken + 2 * ScoredToken);
    }

    /// <summary>The parts of a policy step.</summary>
    public double Sampled { get; }

    public double Scored { get; }

    public double Trained { get; }

    public double Of(TrainingWork work) => work switch
    {
        TrainingWork.LikelihoodStep => _likelihoodStep,
        TrainingWork.NegativeSampling => _negativeSampling,
        TrainingWork.DiscriminatorStep => _discriminatorStep,
        TrainingWork.PolicyStep => Sampled + Scored + Trained,
        TrainingWork.DiscriminatorRoundEnd or TrainingWork.AdversarialRoundEnd => _roundEnd,
        _ => 0,
    };
}
