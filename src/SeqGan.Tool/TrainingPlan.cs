namespace SeqGan.Tool;

/// <summary>How large the networks are and how long they train: by the size of the corpus, and by what the user asks for.</summary>
internal static class TrainingPlan
{
    public static SeqGanOptions For(Corpus corpus, ulong seed, bool quick, int? epochs, int? rounds, int? hiddenSize)
    {
        int count = corpus.Training.Count;
        if (count < 2)
            throw new ArgumentException(
                $"There is {count} sequence to train on, and at least 2 are needed; give more data, or a smaller --held-out.");
        // A small corpus needs small batches; half of it leaves at least two.
        int batchSize = Math.Clamp(count / 2, 2, 64);
        return new SeqGanOptions
        {
            Seed = seed,
            Generator = new GeneratorOptions
            {
                HiddenSize = hiddenSize ?? (quick ? 64 : 128),
                LearningRate = 0.005,
                PolicyGradientLearningRate = 3e-4, // Small: larger steps trade diversity for reward.
            },
            Discriminator = new DiscriminatorOptions { EmbeddingSize = 32, FilterWidths = [1, 2, 3, 4], FilterCounts = [64, 64, 64, 64] },
            Rewards = new RewardOptions { SamplesPerPrefix = quick ? 2 : 8 },
            Training = new TrainingOptions
            {
                BatchSize = batchSize,
                GeneratorPretrainingEpochs = epochs ?? (int)Math.Clamp((quick ? 300L : 6000L) * batchSize / count, 1, 60),
                DiscriminatorPretrainingRounds = quick ? 1 : 6,
                DiscriminatorEpochs = 1, // New negatives in each: a discriminator memorises those that it sees again.
                NegativeSamples = 15 * batchSize, AdversarialRounds = rounds ?? (quick ? 2 : 30),
                // Pre-training ends when the held-out likelihood no longer improves.
                EarlyStopping = corpus.HeldOut.Count > 0
                    ? [new EarlyStoppingOptions { Metric = EvaluationMetricNames.NllTest, Patience = 2 }] : [],
            },
        };
    }
}
