using Microsoft.Extensions.Logging.Abstractions;

namespace SeqGan.Tests;

/// <summary>A training of real networks that takes a second: names of a few letters, tiny models, a short schedule.</summary>
internal static class TinyTraining
{
    public static Corpus Corpus { get; } = Corpus.FromLines(
        from first in "abcde" from second in "aeiou" from third in "bcd" select $"{first}{second}{third}",
        new CorpusOptions { MaxLength = 6, HeldOutFraction = 0.1 });

    /// <summary>A builder whose warnings go nowhere: without a logger, every training would print what this corpus lacks.</summary>
    public static SeqGanBuilder Builder(ulong seed = 1) =>
        Shrink(new SeqGanBuilder()).UseCorpus(Corpus).UseSeed(seed).UseLoggerFactory(NullLoggerFactory.Instance);

    public static SeqGanBuilder Shrink(SeqGanBuilder builder) => builder.Configure(options =>
    {
        options.Generator.EmbeddingSize = 4;
        options.Generator.HiddenSize = 8;
        options.Discriminator.EmbeddingSize = 4;
        options.Discriminator.FilterWidths = [1, 2];
        options.Discriminator.FilterCounts = [4, 4];
        options.Rewards.SamplesPerPrefix = 2;
        options.Training = new TrainingOptions
        {
            BatchSize = 8,
            GeneratorPretrainingEpochs = 1,
            DiscriminatorPretrainingRounds = 1,
            DiscriminatorEpochs = 1,
            AdversarialRounds = 3,
            NegativeSamples = 8,
            ProgressInterval = TimeSpan.Zero,
        };
    });
}
