using Microsoft.Extensions.Options;

namespace SeqGan.Tests.Training;

public sealed class CooperativeTrainingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TrainAsync_Cooperatively_LowersTheDivergenceFromTheData()
    {
        // Data that maximum likelihood has hardly begun to learn.
        Corpus corpus = Corpus.FromLines(
            from i in Enumerable.Range(0, 600) select $"{"abcde"[i % 5]}{"aeiou"[i / 5 % 5]}{"bcd"[i % 3]}",
            new CorpusOptions { MaxLength = 6, HeldOutFraction = 0.2, RemoveDuplicates = false });
        using SeqGanTrainer trainer = TinyTraining.Builder().UseCorpus(corpus).Configure(options =>
        {
            options.Generator.LearningRate = 0.02;
            options.Generator.PolicyGradientLearningRate = 0.02;
            options.Training.BatchSize = 64;
            options.Training.NegativeSamples = 64;
            options.Training.AdversarialRounds = 150;
        }).UseCooperativeTraining().Build();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        double before = SequenceMetrics.NegativeLogLikelihood(trainer.Generator, corpus.HeldOut, cancellationToken: Token);

        await trainer.TrainAsync(TrainingPhase.Adversarial, cancellationToken: Token);

        double after = SequenceMetrics.NegativeLogLikelihood(trainer.Generator, corpus.HeldOut, cancellationToken: Token);
        Assert.InRange(after, 0.3, before - 0.2);
    }

    [Fact]
    public async Task ResumedTraining_IsAsIfUninterrupted()
    {
        using var folder = new TemporaryFolder();
        byte[] expected = await RunAsync(Builder(), rounds: 3);

        await RunAsync(Builder().ResumeFrom(folder.Combine("c")), rounds: 1);
        byte[] resumed = await RunAsync(Builder().ResumeFrom(folder.Combine("c")), rounds: 3);

        Assert.Equal(expected, resumed);

        static SeqGanBuilder Builder() => TinyTraining.Builder().UseCooperativeTraining();

        static async Task<byte[]> RunAsync(SeqGanBuilder builder, int rounds)
        {
            using SeqGanTrainer trainer = builder.Configure(options => options.Training.AdversarialRounds = rounds).Build();
            await trainer.TrainAsync(cancellationToken: Token);
            using var state = new MemoryStream();
            ((ICheckpointable)trainer.Generator).SaveState(state);
            ((ICheckpointable)trainer.Discriminator).SaveState(state);
            return state.ToArray();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mediator_StartsWithTheGeneratorsWeights_UnlessItsSizesDiffer(bool isTrained)
    {
        foreach (bool differs in (bool[])[false, true])
        {
            GeneratorOptions? own = differs ? new GeneratorOptions { EmbeddingSize = 3, HiddenSize = 5 } : null;
            using SeqGanTrainer trainer = TinyTraining.Builder().UseCooperativeTraining(own).Configure(options =>
                (options.Generator.LearningRate, options.Generator.WeightAveraging, options.Training.DiscriminatorPretrainingRounds) =
                    (1e-12, 0.9, 1)).Build();
            var mediator = (Mediator)trainer.Discriminator;
            if (isTrained)
                await trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, cancellationToken: Token);

            TokenBatch sequences = trainer.Corpus.HeldOut;
            float[] ratios = new float[sequences.Count * sequences.Length], scores = new float[sequences.Count];
            mediator.LogRatios(sequences, ratios, null, Token);
            await mediator.ScoreAsync(sequences, scores, Token);

            if (differs)
                Assert.Contains(ratios, ratio => Math.Abs(ratio) > 1e-3);
            else
                Assert.All(ratios, ratio => Assert.Equal(0, ratio, 1e-4));
            if (!differs)
                Assert.All(scores, score => Assert.Equal(0.5, score, 1e-3));
        }
    }

    [Fact]
    public void Build_OtherDiscriminator_IsRefused()
    {
        SeqGanBuilder builder =
            TinyTraining.Builder().UseCooperativeTraining().UseDiscriminator(new DelegateDiscriminator("rule", _ => 0.5f));
        Assert.Contains("needs its mediator as the discriminator, which is 'rule'",
            Assert.Throws<OptionsValidationException>(() => builder.Build()).Message, StringComparison.Ordinal);
    }
}
