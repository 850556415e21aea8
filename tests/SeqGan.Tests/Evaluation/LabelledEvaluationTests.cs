using Xunit;

namespace SeqGan.Tests.Evaluation;

/// <summary>Evaluators ask a labelled generator for labels in the proportions of the data.</summary>
public sealed class LabelledEvaluationTests
{
    private static readonly SequenceFormat s_format = new(7, 5, 0, endToken: 1, paddingToken: 0, labelCount: 3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EvaluateAsync_CorpusWithLabels_SamplesInItsProportions()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row < 30 ? 2 : 0)];
        var data = new TokenBatch(Enumerable.Range(0, 40).SelectMany(row => new[] { 2 + row % 5, 1 }).ToArray(), 40, 2, labels: labels);
        Corpus corpus = Corpus.FromTokens(data, data, s_format);
        var generator = new LabelKeeper(s_format);

        await Evaluators.Quality(corpus, count: 20).EvaluateAsync(generator, Token);
        await Evaluators.Quality(corpus, count: 8).EvaluateAsync(generator, Token);

        Assert.Equal([20, 8], generator.Asked.Select(asked => asked.Length));
        Assert.All(generator.Asked, asked => Assert.Equal(asked.Length / 4, asked.Count(label => label == 0)));
        Assert.All(generator.Asked, asked => Assert.DoesNotContain(1, asked));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task OracleEvaluator_GeneratorWithLabels_AsksForAllAlike(int oracleLabels)
    {
        using RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(new SequenceFormat(7, 5, 0, 1, 0, oracleLabels), seed: 3);
        var generator = new LabelKeeper(s_format);

        IReadOnlyDictionary<string, double> figures = await Evaluators.Oracle(oracle, count: 30).EvaluateAsync(generator, Token);

        Assert.InRange(figures[EvaluationMetricNames.NllOracle], 0.1, 20);
        Assert.Equal([10, 10, 10], Enumerable.Range(0, 3).Select(label => Assert.Single(generator.Asked).Count(value => value == label)));
    }

    [Fact]
    public async Task OracleEvaluator_OtherNumberOfLabels_NamesBoth()
    {
        using RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(new SequenceFormat(7, 5, 0, 1, 0, 2), seed: 3);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            async () => await Evaluators.Oracle(oracle, count: 30).EvaluateAsync(new LabelKeeper(s_format), Token));

        Assert.Contains("The generator has 3 labels, the oracle 2", error.Message, StringComparison.Ordinal);
    }

    private sealed class LabelKeeper(SequenceFormat format) : IGenerator
    {
        public List<int[]> Asked { get; } = [];

        public SequenceFormat Format => format;

        public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
        {
            Asked.Add(request.Labels.ToArray());
            request.Labels.Span.CopyTo(destination.Labels);
            for (int row = 0; row < destination.Count; row++)
                destination.Set(row, [2 + row % 5, 1]);
        }

        public void LogProbabilities(TokenBatch sequences, Span<float> destination, double temperature = 1,
            ITokenConstraint? constraint = null, CancellationToken cancellationToken = default) =>
            destination.Fill(-1);

        public GeneratorStep Train(
        TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public IRolloutPolicy CreateRolloutPolicy() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
