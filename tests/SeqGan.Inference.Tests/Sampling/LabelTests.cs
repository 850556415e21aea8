using Xunit;

namespace SeqGan.Tests;

public class LabelTests
{
    private const int Vocabulary = 7;

    private static readonly SequenceFormat s_format = new(Vocabulary, 5, 0, endToken: 1, paddingToken: 0, labelCount: 3);
    private static readonly LabelSet s_labels = new(["ash", "elm", "oak"], [60, 30, 10]);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void Sample_LabelAskedFor_FirstTokensHaveTheFrequenciesOfItsControlCode(GeneratorNetwork cell)
    {
        const int samples = 4000;
        PolicyWeights weights = TestPolicies.Weights(s_format, cell, hidden: 8, scale: 1.5f);
        var sampler = new SequenceSampler(new CompiledPolicy(weights).WithLabels(s_labels), maxThreads: 2);
        var reference = new ReferenceNetwork(weights);
        for (int label = 0; label < s_labels.Count; label++)
        {
            SequenceBuffer sample = sampler.Sample(
                samples, new SamplingOptions { Label = s_labels.Names[label], Seed = 3 }, TestContext.Current.CancellationToken);

            Assert.All(sample.Labels.ToArray(), value => Assert.Equal(label, value));
            double[] expected = reference.Next([], label: label);
            for (int token = 0; token < Vocabulary; token++)
            {
                double share = sample.Rows().Count(row => row[0] == token) / (double)samples;
                Assert.InRange(share, expected[token] - 0.035, expected[token] + 0.035);
            }
        }
    }

    [Fact]
    public void Sample_NoLabelAskedFor_ProportionsOfTheTrainingDataByRow()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format).WithLabels(s_labels));

        SequenceBuffer sample = sampler.Sample(
            3000, new SamplingOptions { Seed = 0 }, cancellationToken: TestContext.Current.CancellationToken);

        int[] labels = sample.Labels.ToArray();
        for (int label = 0; label < s_labels.Count; label++)
            Assert.InRange(labels.Count(value => value == label) / 3000.0, s_labels.ShareOf(label) - 0.04, s_labels.ShareOf(label) + 0.04);
        Assert.Equal(sample.Rows()[..40],
            sampler.Sample(40, new SamplingOptions { Seed = 0 }, cancellationToken: TestContext.Current.CancellationToken).Rows());
        Assert.Equal(labels[..40], sampler.Sample(40, new SamplingOptions { Seed = 0 },
            cancellationToken: TestContext.Current.CancellationToken).Labels.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Sample_AnyThreadsAndCalls_SameSequences(int prefixLength)
    {
        CompiledPolicy policy = TestPolicies.Create(s_format, scale: 1).WithLabels(s_labels);
        int[] prefix = [.. new[] { 3, 4 }.Take(prefixLength)];
        int[][] expected = new SequenceSampler(policy, 1)
            .Complete(prefix, 700, new SamplingOptions { Seed = 0 }, cancellationToken: TestContext.Current.CancellationToken).Rows();

        Assert.Equal(expected, new SequenceSampler(policy, 8)
            .Complete(prefix, 700, new SamplingOptions { Seed = 0 }, cancellationToken: TestContext.Current.CancellationToken).Rows());
        var streamed = new List<int[]>();
        await foreach (int[] sequence in new SequenceSampler(policy, 2)
            .StreamAsync(700, new SamplingOptions { Seed = 0 }, prefix: prefix, cancellationToken: TestContext.Current.CancellationToken))
            streamed.Add(sequence);
        Assert.Equal(expected, streamed);
        Assert.All(expected, row => Assert.True(row.AsSpan().StartsWith(prefix)));
    }

    [Fact]
    public void Complete_PrefixAndLabel_NextTokensHaveTheFrequenciesOfBoth()
    {
        PolicyWeights weights = TestPolicies.Weights(s_format, scale: 1.5f);
        var sampler = new SequenceSampler(new CompiledPolicy(weights).WithLabels(s_labels));
        int[] prefix = [4, 3];
        for (int label = 0; label < s_labels.Count; label++)
        {
            int[][] rows = sampler.Complete(prefix, 4000, new SamplingOptions { Seed = 0, Label = s_labels.Names[label] },
                TestContext.Current.CancellationToken).Rows();

            double[] expected = new ReferenceNetwork(weights).Next(prefix, label: label);
            for (int token = 0; token < Vocabulary; token++)
                Assert.InRange(rows.Count(row => row[2] == token) / 4000.0, expected[token] - 0.035, expected[token] + 0.035);
        }
    }

    [Theory]
    [InlineData(Vocabulary, 7)]
    [InlineData(3000, 96)] // Without a table of inputs.
    public void LogProbabilities_LabelsOfTheBatch_AreWhatTheNetworkIsFedFirst(int vocabularySize, int hidden)
    {
        var format = new SequenceFormat(vocabularySize, 5, 0, endToken: 1, paddingToken: 0, labelCount: 3);
        PolicyWeights weights = TestPolicies.Weights(format, hidden: hidden, scale: hidden > 50 ? 0.2f : 1.5f);
        var sampler = new SequenceSampler(new CompiledPolicy(weights));
        var batch = new TokenBatch(new[] { 3, 1, 3, 1, 3, 1 }, 3, 2, labels: new[] { 2, 0, 1 });
        float[] values = new float[6];

        sampler.LogProbabilities(batch, values, cancellationToken: TestContext.Current.CancellationToken);

        var reference = new ReferenceNetwork(weights);
        for (int row = 0; row < 3; row++)
        {
            Assert.Equal(Math.Log(reference.Next([], label: batch.Labels.Span[row])[3]), values[2 * row], 4);
            Assert.Equal(Math.Log(reference.Next([3], label: batch.Labels.Span[row])[1]), values[2 * row + 1], 4);
        }
    }

    [Fact]
    public void Sample_LabelThatIsNotThere_NamesItAndTheKnownOnes()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format).WithLabels(s_labels));
        Assert.Contains("There is no label 'Oak'; the labels are 'ash', 'elm', 'oak'.", Message(sampler, "Oak"), StringComparison.Ordinal);

        var plain = new SequenceSampler(TestPolicies.Create(new SequenceFormat(Vocabulary, 5, 0, 1, 0)));
        Assert.Contains("The label 'oak' was asked for, but the model has no labels.", Message(plain, "oak"), StringComparison.Ordinal);

        static string Message(SequenceSampler sampler, string label) =>
            Assert.Throws<ArgumentException>(() =>
                sampler.Sample(1, new SamplingOptions { Seed = 0, Label = label }, TestContext.Current.CancellationToken)).Message;
    }

    [Fact]
    public void LogProbabilities_LabelsMissingOrOutOfRange_SaysSo()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format));
        Assert.Contains("2 sequences of a format with 3 labels need one label each; there are 0.", Message([]), StringComparison.Ordinal);
        Assert.Contains("Sequence 1 has the label 3; labels are in [0, 3).", Message([0, 3]), StringComparison.Ordinal);

        string Message(int[] labels) => Assert.Throws<ArgumentException>(
            () => sampler.LogProbabilities(new TokenBatch(new[] { 3, 4 }, 2, 1, labels: labels), new float[2],
                cancellationToken: TestContext.Current.CancellationToken)).Message;
    }

    [Theory]
    [InlineData("The prefix has 6 tokens; a sequence has at most 4 and its end token.", 3, 3, 3, 3, 3, 3)]
    [InlineData("The prefix has token 7 at position 1; tokens are in [0, 7).", 3, 7)]
    [InlineData("The prefix has the padding token 0 at position 0", 0)]
    [InlineData("The prefix has token 3 at position 1, after its end token 1", 1, 3)]
    public void Complete_PrefixThatIsNone_SaysWhy(string message, params int[] prefix)
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format));

        Assert.Contains(
            message, Assert.Throws<ArgumentException>(() =>
                sampler.Complete(prefix, 1, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }
}
