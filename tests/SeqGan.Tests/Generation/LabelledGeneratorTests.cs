using Xunit;

namespace SeqGan.Tests.Generation;

/// <summary>Labels and prefixes on both of the generator's decoders and both of its training steps.</summary>
public sealed class LabelledGeneratorTests
{
    private static readonly SequenceFormat s_format = new(9, 6, 0, endToken: 1, paddingToken: 0, labelCount: 3);
    private static readonly RandomKey s_key = new(8, RandomPurpose.Sampling);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    [InlineData(true, 2)]
    public void Sample_MixedLabels_EachSequenceIsWhatItsLabelAloneGives(bool isBatched, int prefixLength)
    {
        using RecurrentGenerator generator = Create(isBatched);
        int[] prefix = [.. new[] { 4, 7 }.Take(prefixLength)], labels = [.. Enumerable.Range(0, 60).Select(row => row * 7 % 3)];

        SequenceBuffer mixed = Sample(generator, prefix, labels);

        Assert.Equal(labels, mixed.Labels.ToArray());
        for (int label = 0; label < 3; label++)
        {
            SequenceBuffer pure = Sample(generator, prefix, [.. Enumerable.Repeat(label, 60)]);
            for (int row = 0; row < 60; row++)
            {
                if (labels[row] == label)
                    Assert.Equal(pure.Row(row).ToArray(), mixed.Row(row).ToArray());
            }
        }

        Assert.All(Enumerable.Range(0, 60), row => Assert.True(mixed.Row(row).StartsWith(prefix)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sample_Labels_FrequenciesAreTheirLogProbabilities(bool isBatched)
    {
        using RecurrentGenerator generator = Create(isBatched);
        for (int label = 0; label < 3; label++)
        {
            SequenceBuffer sample = Sample(generator, [4], [.. Enumerable.Repeat(label, 900)]);
            for (int token = 1; token < 9; token++)
            {
                float[] logs = new float[2];
                generator.LogProbabilities(new TokenBatch(new[] { 4, token }, 1, 2, labels: new[] { label }), logs,
                    cancellationToken: Token);
                double share = Enumerable.Range(0, 900).Count(row => sample.Row(row)[1] == token) / 900.0;
                Assert.InRange(share, Math.Exp(logs[1]) - 0.07, Math.Exp(logs[1]) + 0.07);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_LabelledSequences_CompletionsHaveTheirLabels(bool isBatched)
    {
        using RecurrentGenerator generator = Create(isBatched);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        int[] labels = [2, 0, 1, 1, 0];
        TokenBatch batch = Sample(generator, [5], labels).AsBatch();
        Completion[] completions = [.. Enumerable.Range(0, 40).Select(i => new Completion(i * 3 % 5, i % 2, i))];
        var destination = new SequenceBuffer(s_format);

        policy.Complete(batch, completions, s_key, 0, destination, Token);

        Assert.Equal(completions.Select(completion => labels[completion.Row]), destination.Labels.ToArray());
        var alone = new SequenceBuffer(s_format);
        for (int i = 0; i < completions.Length; i++)
        {
            policy.Complete(batch.Slice(completions[i].Row, 1), [completions[i] with { Row = 0 }], s_key, completions[i].Row, alone, Token);
            Assert.Equal(alone.Row(0).ToArray(), destination.Row(i).ToArray());
        }
    }

    [Theory]
    [InlineData(10, 200)] // Of the managed step.
    [InlineData(132, 30)] // Of libtorch's.
    public void Train_SequencesThatDifferByLabel_AreLearntByLabel(int hidden, int steps)
    {
        using RecurrentGenerator generator = Generators.Create(s_format, configure: o => (o.HiddenSize, o.LearningRate) = (hidden, 0.02));
        int[] tokens = new int[60 * 3], labels = new int[60];
        for (int row = 0; row < 60; row++)
            (labels[row], tokens[row * 3], tokens[row * 3 + 1], tokens[row * 3 + 2]) = (row % 3, 3 + row % 3, 3 + row % 3, 1);
        var batch = new TokenBatch(tokens, 60, 3, labels: labels);
        for (int step = 0; step < steps; step++)
            generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);

        SequenceBuffer sample = Sample(generator, [], labels);

        Assert.InRange(Enumerable.Range(0, 60).Count(row => sample.Row(row)[..sample.LengthOf(row)].SequenceEqual(batch[row])), 57, 60);
    }

    [Fact]
    public void Sample_LabelsOfTheDestinationItself_AreKept()
    {
        using RecurrentGenerator generator = Create(false);
        var buffer = new SequenceBuffer(s_format, 4);
        new[] { 2, 1, 0, 2 }.CopyTo(buffer.Labels);

        generator.Sample(new SampleRequest { Key = s_key, Labels = buffer.AsBatch().Labels }, buffer, Token);

        Assert.Equal([2, 1, 0, 2], buffer.Labels.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Sample_CompletePrefix_IsCopied(int label)
    {
        using RecurrentGenerator generator = Create(false);
        using RecurrentGenerator plain = Create(true);
        foreach (RecurrentGenerator each in (RecurrentGenerator[])[generator, plain])
            Assert.Equal([4, 1, 0, 0, 0, 0], Sample(each, [4, 1], [label % 3]).Row(0).ToArray());
    }

    [Fact]
    public void Use_LabelsMissing_SaysSo()
    {
        using RecurrentGenerator generator = Create(false);
        var unlabelled = new TokenBatch(new[] { 3, 4 }, 2, 1);
        using var discriminator = ModuleDiscriminator.Create(s_format);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        foreach (Action use in (Action[])
        [
            () => generator.Sample(2, s_key, cancellationToken: Token),
            () => generator.LogProbabilities(unlabelled, new float[2], cancellationToken: Token),
            () => generator.Train(unlabelled, [1, 1], GeneratorObjective.MaximumLikelihood),
            () => policy.Complete(unlabelled, [new Completion(0, 1, 0)], s_key, 0, new SequenceBuffer(s_format), Token),
            () => discriminator.ScoreAsync(unlabelled, new float[2], Token).AsTask().GetAwaiter().GetResult(),
            () => discriminator.TrainAsync(unlabelled, unlabelled, Token).AsTask().GetAwaiter().GetResult(),
        ])
            Assert.Contains("2 sequences of a format with 3 labels need one label each; there are 0.",
                Assert.Throws<ArgumentException>(use).Message, StringComparison.Ordinal);
    }

    private static RecurrentGenerator Create(bool isBatched) => Generators.Create(
        s_format, configure: o =>
            (o.UsesBatchedDecoder, o.DecodeRows, o.Initialization, o.InitialDeviation) = (isBatched, 16, WeightInitialization.Normal, 1));

    private static SequenceBuffer Sample(RecurrentGenerator generator, int[] prefix, int[] labels) =>
        generator.Sample(labels.Length, new SampleRequest { Key = s_key, Prefix = prefix, Labels = labels }, Token);
}
