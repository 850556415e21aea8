namespace SeqGan.Tool;

/// <summary>How large the networks are and how long they train: by the size of the corpus, and by what the user asks for.</summary>
internal sealed record TrainingPlan
{
    /// <summary>Pre-training ends earlier where the held-out likelihood no longer improves.</summary>
    public required int MaximumEpochs { get; init; }

    public required int DiscriminatorRounds { get; init; }

    public required int AdversarialRounds { get; init; }

    public required int SamplesPerPrefix { get; init; }

    public required int HiddenSize { get; init; }

    public required int BatchSize { get; init; }

    public static TrainingPlan For(Corpus corpus, bool quick, int? epochs, int? rounds, int? hiddenSize)
    {
        if (corpus.Training.Count < 2)
            throw new ArgumentException($"There is {corpus.Training.Count} sequence to train on, and at least 2 are needed; give more data, or a smaller --held-out.");
        // A small corpus needs small batches; half of it leaves at least two.
        int batchSize = Math.Clamp(corpus.Training.Count / 2, 2, 64);
        int steps = quick ? 300 : 6000;
        return new TrainingPlan
        {
            MaximumEpochs = epochs ?? (int)Math.Clamp((long)steps * batchSize / corpus.Training.Count, 1, 60),
            DiscriminatorRounds = quick ? 1 : 6,
            AdversarialRounds = rounds ?? (quick ? 2 : 30),
            SamplesPerPrefix = quick ? 2 : 8,
            HiddenSize = hiddenSize ?? (quick ? 64 : 128),
            BatchSize = batchSize,
        };
    }

    /// <param name="seed">Determines every random number.</param>
    /// <param name="hasHeldOut">Whether the generator can be measured, and so be taken where it was best.</param>
    public SeqGanOptions ToOptions(ulong seed, bool hasHeldOut) => new()
    {
        Seed = seed,
        Generator = new GeneratorOptions
        {
            HiddenSize = HiddenSize,
            LearningRate = 0.005,
            PolicyGradientLearningRate = 3e-4, // Small: larger steps trade diversity for reward.
        },
        Discriminator = new DiscriminatorOptions { EmbeddingSize = 32, FilterWidths = [1, 2, 3, 4], FilterCounts = [64, 64, 64, 64] },
        Rewards = new RewardOptions { SamplesPerPrefix = SamplesPerPrefix },
        Training = new TrainingOptions
        {
            BatchSize = BatchSize,
            GeneratorPretrainingEpochs = MaximumEpochs,
            DiscriminatorPretrainingRounds = DiscriminatorRounds,
            DiscriminatorEpochs = 1, // Fresh negatives each time: a discriminator that sees them again learns them by heart.
            NegativeSamples = 15 * BatchSize,
            AdversarialRounds = AdversarialRounds,
            EarlyStopping = hasHeldOut ? [new EarlyStoppingOptions { Metric = EvaluationMetricNames.NllTest, Patience = 2 }] : [],
        },
    };
}
