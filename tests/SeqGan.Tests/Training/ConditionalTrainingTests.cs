using SeqGan.Tests.Checkpoints;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>Labels from the corpus to what is generated, with networks that learn.</summary>
public sealed class ConditionalTrainingTests
{
    private static readonly TwoLanguages s_languages = new(seed: 3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Train_TwoLanguages_WhatIsGeneratedIsOfTheLanguageThatWasAskedFor()
    {
        Func<string, string> classify = s_languages.Classifier(seed: 70);
        Corpus corpus = Words(1500, 500);
        using SeqGanTrainer trainer = Builder(corpus).Build();
        double before = Accuracy(trainer, classify);

        await trainer.TrainAsync(cancellationToken: Token);

        // As sure as of real words, or nearly so.
        double real = s_languages.Words(500, 500, seed: 71).Average(word => classify(word.Text) == word.Label ? 1.0 : 0);
        Assert.InRange(real, 0.97, 1);
        Assert.InRange(before, 0.3, 0.7);
        Assert.InRange(Accuracy(trainer, classify), 0.95, 1);
        Assert.InRange(
            SequenceMetrics.NegativeLogLikelihood(trainer.Generator, corpus.HeldOut, cancellationToken: Token), 0,
            SequenceMetrics.NegativeLogLikelihood(trainer.Generator, WithOtherLabels(corpus.HeldOut), cancellationToken: Token) - 0.5);
    }

    [Fact]
    public async Task TrainingContext_Compiled_SamplesAsTheTrainerWithLabelsAndComposedPrefixes()
    {
        Corpus corpus = Corpus.FromLabelledLines(
            from letter in "abcdefgh\u00e9" from label in (string[])["x", "y"] select (letter + label, label),
            new CorpusOptions { MaxLength = 6 });
        SequenceSampler? sampler = null;
        using SeqGanTrainer trainer = TinyTraining.Builder().UseCorpus(corpus)
            .AddObserver(new ContextObserver((_, context) => sampler = new SequenceSampler(context.Compile()))).Build();

        await trainer.TrainAsync(cancellationToken: Token);

        var options = new SamplingOptions { Seed = 7, Label = "y" };
        Assert.Equal(trainer.Generate(50, options, "e\u0301", Token), sampler!.Generate(50, options, "e\u0301", Token));
    }

    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional)]
    [InlineData(DiscriminatorNetwork.Gru)]
    public async Task Discriminator_RealWordsWithTheOtherLabel_LearnsThatTheyDoNotFit(DiscriminatorNetwork network)
    {
        Corpus corpus = Words(600, 600);
        var options = new DiscriminatorOptions
        {
            Network = network,
            EmbeddingSize = 12,
            HiddenSize = 24,
            FilterWidths = [1, 2, 3],
            FilterCounts = [24, 24, 24],
            LearningRate = 0.01,
            Dropout = 0,
        };
        using ModuleDiscriminator discriminator = ModuleDiscriminator.Create(corpus.Format, options);
        var batches = new BatchSource(corpus.Training, corpus.Format, 64, seed: 1);
        for (uint epoch = 1; epoch <= 12; epoch++)
        {
            batches.StartEpoch(epoch);
            while (batches.TryNext(out TokenBatch batch))
                await discriminator.TrainAsync(batch, WithOtherLabels(batch), Token);
        }

        float[] right = await ScoreAsync(discriminator, corpus.HeldOut),
            wrong = await ScoreAsync(discriminator, WithOtherLabels(corpus.HeldOut));

        Assert.InRange(right.Count(score => score > 0.5) / (double)right.Length, 0.9, 1);
        Assert.InRange(wrong.Count(score => score < 0.5) / (double)wrong.Length, 0.9, 1);
    }

    [Fact]
    public async Task Train_UnevenLabels_RealAndGeneratedBatchesHaveTheSameProportions()
    {
        Corpus corpus = Words(900, 300);
        var spy = new LabelSpy();
        using SeqGanTrainer trainer = Builder(corpus).UseDiscriminator(spy).Configure(options =>
        {
            (options.Training.BatchSize, options.Training.NegativeSamples, options.Training.GeneratorPretrainingEpochs) = (60, 0, 0);
            (options.Training.DiscriminatorPretrainingRounds, options.Training.DiscriminatorEpochs,
                options.Training.AdversarialRounds) = (1, 1, 3);
        }).Configure(options => options.Rewards.SamplesPerPrefix = 1).Build();

        await trainer.TrainAsync(cancellationToken: Token);

        // One epoch and what is over: what is generated has as many of each as the data.
        int[] counts = [.. corpus.Labels!.Counts.Select(count => (int)count)];
        Assert.Equal(corpus.Training.Count / 30 * 30, spy.Generated[..(corpus.Training.Count / 30 * 30)].Count);
        Assert.InRange(spy.Generated[..(corpus.Training.Count / 30 * 30)].Count(label => label == 0), counts[0] - 30, counts[0]);

        // Batches of 60 sequences of which three quarters have one label.
        Assert.Equal(3, spy.Scored.Count);
        Assert.All(spy.Scored, labels => Assert.InRange(labels.Count(label => label == 0), 44, 46));
    }

    [Fact]
    public async Task ResumeFrom_LabelledTraining_GivesWhatTheUndisturbedTrainingGives()
    {
        Corpus corpus = Labelled(i => i % 3 == 0 ? "x" : "y");
        using var undisturbed = new ResumeSetup { Data = corpus };
        using (SeqGanTrainer trainer = undisturbed.Builder().Build())
        {
            TrainingResult result = await trainer.TrainAsync(cancellationToken: Token);
            string expected = undisturbed.Digest(trainer);
            foreach (long step in (long[])[3, result.Steps / 2, result.Steps - 4])
            {
                using var setup = new ResumeSetup { Data = corpus };
                using var stop = new CancellationTokenSource();
                using (SeqGanTrainer first = setup.Builder(progress =>
                {
                    if (progress.Step >= step)
                        stop.Cancel();
                }).UseCheckpoints(setup.Checkpoints).Build())
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.TrainAsync(cancellationToken: stop.Token));
                using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
                await resumed.TrainAsync(cancellationToken: Token);
                Assert.Equal(expected, setup.Digest(resumed));
            }
        }
    }

    [Fact]
    public async Task ResumeFrom_OtherLabels_IsRefused()
    {
        using var setup = new ResumeSetup { Data = Labelled(i => i % 3 == 0 ? "x" : "y") };
        using (SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build())
            await trainer.SaveCheckpointAsync(Token);

        foreach ((Corpus other, string what) in new[] { (Labelled(i => i % 3 == 0 ? "x" : "z"), "Labels"),
            (Labelled(i => i % 3 == 1 ? "x" : "y"), "TrainingSequences"), (ResumeSetup.Corpus, "Labels") })
        {
            var again = new ResumeSetup { Data = other };
            var error = CheckpointFailures.Mismatch(() => again.Builder().ResumeFrom(setup.Checkpoints).Build());
            Assert.Contains($"the corpus's {what} was", error.Message, StringComparison.Ordinal);
            again.Dispose();
        }
    }

    [Fact]
    public void Generate_LabelAndPrefix_WhatTheCompiledModelGives()
    {
        using SeqGanTrainer trainer = Builder(Words(100, 100)).Build();
        var sampler = new SequenceSampler(trainer.Compile());

        Assert.Equal(
            sampler.Generate(50, new SamplingOptions { Seed = 6, Temperature = 0.9, Label = "south" }, "ef", Token),
            trainer.Generate(50, new SamplingOptions { Seed = 6, Temperature = 0.9, Label = "south" }, "ef"));
        Assert.Equal(sampler.Generate(50, new SamplingOptions { Seed = 6 }, cancellationToken: Token),
            trainer.Generate(50, new SamplingOptions { Seed = 6 }));
        Assert.All(trainer.Generate(20, prefix: "gh"), text => Assert.StartsWith("gh", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Generate_WhatIsNotThere_NamesItAndWhatThereIs()
    {
        using SeqGanTrainer trainer = Builder(Words(100, 100)).Build();
        Contains("There is no label 'east'; the labels are 'north', 'south'.",
            () => trainer.Generate(1, new SamplingOptions { Seed = 0, Label = "east" }));
        Contains("The vocabulary has no token 'é'.", () => trainer.Generate(1, prefix: "aé"));
        Contains("The prefix has 20 tokens; a sequence has at most 9 and its end token.",
            () => trainer.Generate(1, prefix: new string('c', 20)));
        Contains("5 sequences of a format with 2 labels need one label each; there are 1.",
            () => trainer.Sample(5, new SampleRequest { Key = default, Labels = new[] { 1 } }, Token));
        Contains("Sequence 0 has the label 2; labels are in [0, 2).",
            () => trainer.Sample(1, new SampleRequest { Key = default, Labels = new[] { 2 } }, Token));

        using var setup = new ResumeSetup();
        using SeqGanTrainer plain = setup.Builder().Build();
        Contains("The label 'east' was asked for, but the sequences of the corpus have no labels.",
            () => plain.Generate(1, new SamplingOptions { Seed = 0, Label = "east" }));
        Contains("There are 1 labels, but the format has none.",
            () => plain.Sample(1, new SampleRequest { Key = default, Labels = new[] { 0 } }, Token));

        static void Contains(string message, Func<object> use) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(use).Message, StringComparison.Ordinal);
    }

    private static Corpus Words(int north, int south) =>
        Corpus.FromLabelledLines(s_languages.Words(north, south, seed: 1), new CorpusOptions { RemoveDuplicates = false }, Token);

    private static Corpus Labelled(Func<int, string> label) => Corpus.FromLabelledLines(
        ResumeSetup.Corpus.Decode(ResumeSetup.Corpus.Training).Select((text, i) => (text, label(i))), new CorpusOptions
        {
            MaxLength = 8,
            HeldOutFraction = 0.2,
            Seed = 3,
        }, Token);

    private static SeqGanBuilder Builder(Corpus corpus) => new SeqGanBuilder()
        .UseCorpus(corpus)
        .UseSeed(1)
        .Configure(options => (options.Generator.HiddenSize, options.Generator.LearningRate, options.Generator.PolicyGradientLearningRate) =
            (32, 0.01, 1e-3))
        .Configure(options => (options.Discriminator.EmbeddingSize, options.Discriminator.FilterWidths,
            options.Discriminator.FilterCounts) = (12, [1, 2, 3], [24, 24, 24]))
        .Configure(options => options.Rewards.SamplesPerPrefix = 4)
        .Configure(options =>
        {
            (options.Training.GeneratorPretrainingEpochs, options.Training.DiscriminatorPretrainingRounds,
                options.Training.AdversarialRounds) = (20, 1, 4);
            (options.Training.DiscriminatorEpochs, options.Training.NegativeSamples) = (1, 640);
        });

    private static double Accuracy(SeqGanTrainer trainer, Func<string, string> classify) =>
        TwoLanguages.Names.Average(name =>
            trainer.Generate(500, new SamplingOptions { Seed = 9, Label = name }).Average(text => classify(text) == name ? 1.0 : 0));

    private static TokenBatch WithOtherLabels(TokenBatch batch) =>
        new(batch.Tokens, batch.Count, batch.Length, batch.Lengths, batch.Labels.ToArray().Select(label => 1 - label).ToArray());

    private static async Task<float[]> ScoreAsync(ModuleDiscriminator discriminator, TokenBatch batch)
    {
        float[] scores = new float[batch.Count];
        await discriminator.ScoreAsync(batch, scores, Token);
        return scores;
    }

    private sealed class LabelSpy : IDiscriminator
    {
        public List<int> Generated { get; } = [];

        public List<int[]> Scored { get; } = [];

        public string Name => "spy";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            // The policy gradient's batches, not their completions and not the held-out ones.
            if (sequences.Count == 60)
                Scored.Add(sequences.Labels.ToArray());
            scores.Span.Fill(0.5f);
            return ValueTask.CompletedTask;
        }

        public ValueTask<DiscriminatorStep> TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default)
        {
            Assert.Equal(real.Count, real.Labels.Length);
            Generated.AddRange(generated.Labels.ToArray());
            return ValueTask.FromResult(new DiscriminatorStep { Loss = 1, Accuracy = 0.5 });
        }
    }
}
