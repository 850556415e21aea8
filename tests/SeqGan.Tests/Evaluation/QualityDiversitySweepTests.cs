namespace SeqGan.Tests;

public class QualityDiversitySweepTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 12, maxLength: 6, startToken: 0, endToken: 1, paddingToken: 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Run_TwoModels_HasAPointForEachTemperatureAndReportsIt()
    {
        using var generator = new RecurrentGenerator(s_format,
            new GeneratorOptions { EmbeddingSize = 4, HiddenSize = 4, InitialDeviation = 1, Initialization = WeightInitialization.Normal });
        TokenBatch heldOut = generator.Sample(20, seed: 9).AsBatch();
        CompiledPolicy policy = generator.Compile().WithTrainingSequences(SequenceFingerprints.Of(heldOut));
        var reports = new List<QualityDiversityPoint>();
        var options = new QualityDiversityOptions { Temperatures = [0.1, 2], Count = 50, Seed = 3 };

        QualityDiversitySweep sweep = QualityDiversitySweep.Run(
            [new("mle", policy), new("gan|1", policy)], heldOut, options, new Reports(reports), Cancellation);

        Assert.Equal([("mle", 0.1), ("mle", 2), ("gan|1", 0.1), ("gan|1", 2)],
            sweep.Points.Select(point => (point.Model, point.Temperature)));
        Assert.Equal(sweep.Points, reports);
        Assert.Equal(3ul, sweep.Seed);
        QualityDiversityPoint cold = sweep.Points[0], hot = sweep.Points[1];
        Assert.True(cold.Metrics.SelfBleu![2] > hot.Metrics.SelfBleu![2]);
        Assert.Equal(SequenceMetrics.NegativeLogLikelihood(generator, heldOut, 2, cancellationToken: Cancellation), hot.NllTest, 1e-5);
        TokenBatch sampled = new SequenceSampler(policy)
            .Sample(50, new SamplingOptions { Seed = 3, Temperature = 2 }, Cancellation).AsBatch();
        Assert.Equal(SampleMetrics.Measure(sampled, s_format, heldOut, SequenceFingerprints.Of(heldOut), cancellationToken: Cancellation)
            .ToDictionary(), hot.Metrics.ToDictionary());
        string[] lines = $"{sweep}".Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("| model | temperature | nll_test | bleu_2 |", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("| mle | 0.1 | ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("| gan\\|1 | 0.1 | ", lines[4], StringComparison.Ordinal);
        Assert.Equal(lines[0].Count(c => c == '|'), lines[1].Count(c => c == '|'));
    }

    [Fact]
    public void Run_WithoutSeed_ReportsTheOneThatRepeatsIt()
    {
        using var generator = new RecurrentGenerator(s_format, new GeneratorOptions { EmbeddingSize = 4, HiddenSize = 4 });
        KeyValuePair<string, CompiledPolicy>[] models = [new("mle", generator.Compile())];
        TokenBatch heldOut = TokenInterner.FromIds([[2, 1]]);
        var options = new QualityDiversityOptions { Temperatures = [1], Count = 20 };

        QualityDiversitySweep drawn = QualityDiversitySweep.Run(models, heldOut, options, cancellationToken: Cancellation);
        QualityDiversitySweep again =
            QualityDiversitySweep.Run(models, heldOut, options with { Seed = drawn.Seed }, cancellationToken: Cancellation);

        Assert.Equal($"{drawn}", $"{again}");
    }

    [Fact]
    public void Run_BadInput_SaysWhatIsValid()
    {
        using var generator = new RecurrentGenerator(s_format, new GeneratorOptions { EmbeddingSize = 4, HiddenSize = 4 });
        KeyValuePair<string, CompiledPolicy>[] models = [new("mle", generator.Compile())];
        TokenBatch heldOut = TokenInterner.FromIds([[2, 1]]);

        AssertSays("at least 1", () => QualityDiversitySweep.Run([], heldOut));
        AssertSays("at least 1", () => QualityDiversitySweep.Run(models, default));
        AssertSays("must differ", () => QualityDiversitySweep.Run([.. models, .. models], heldOut));
        AssertSays("[0, 12)", () => QualityDiversitySweep.Run(models, TokenInterner.FromIds([[12, 1]])));
        AssertSays("Count is 1", () =>
            QualityDiversitySweep.Run(models, heldOut, options: new QualityDiversityOptions { Count = 1, Temperatures = [0] }));
        AssertSays("has 0; a temperature must be positive",
            () => QualityDiversitySweep.Run(models, heldOut, options: new QualityDiversityOptions { Temperatures = [1, 0] }));
        AssertSays("at least 1 temperature",
            () => QualityDiversitySweep.Run(models, heldOut, options: new QualityDiversityOptions { Temperatures = [] }));
        Assert.Throws<OperationCanceledException>(
            () => QualityDiversitySweep.Run(models, heldOut, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static void AssertSays(string part, Action run) =>
        Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(run).Message, StringComparison.Ordinal);

    private sealed class Reports(List<QualityDiversityPoint> list) : IProgress<QualityDiversityPoint>
    {
        public void Report(QualityDiversityPoint value) => list.Add(value);
    }
}
