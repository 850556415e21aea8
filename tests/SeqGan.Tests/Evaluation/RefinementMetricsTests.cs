using SeqGan.Tests.Generation;

namespace SeqGan.Tests.Evaluation;

public sealed class RefinementMetricsTests
{
    private static readonly SequenceFormat s_format = new(4, 2);

    [Fact]
    public void Measure_SmallProblem_BoundsTheExactFigure()
    {
        using NeuralGenerator generator = Generators.Create(s_format);
        SequenceSampler sampler = Sampler(generator, scale: 3);
        var all = new TokenBatch(Enumerable.Range(0, 16).SelectMany(pair => new[] { pair / 4, pair % 4 }).ToArray(), 16, 2);
        float[] likelihoods = new float[32], odds = new float[16];
        sampler.LogProbabilities(all, likelihoods);
        sampler.LogOdds(all, odds);
        var options = new SamplingOptions { Seed = 1, Refine = 4 };
        double threshold = RefinedDraws.Threshold(sampler.PilotLogOdds([], options, TestContext.Current.CancellationToken), 4);
        double[] joint =
            [.. odds.Select((odd, pair) => likelihoods[2 * pair] + likelihoods[(2 * pair) + 1] + Math.Min(odd, threshold))];
        double logZ = Math.Log(joint.Sum(Math.Exp)), exact = -joint.Average(value => value - logZ) / 2;

        var measured = RefinementMetrics.Measure(sampler, all, options, 200_000, TestContext.Current.CancellationToken);

        Assert.True(odds.Max() - odds.Min() > 1);
        Assert.True(measured.NllTestLower <= measured.NllTestUpper);
        Assert.Equal(exact, measured.NllTestLower, 5e-3);
        Assert.Equal(exact, measured.NllTestUpper, 5e-3);
        Assert.Equal(0.25, measured.Acceptance, 0.02);
        Assert.InRange(measured.EffectiveSampleSize, 10_000, 190_000);
        Assert.Equal(200_000, measured.Draws);
    }

    [Fact]
    public void Measure_FewDraws_BoundsLieOnBothSidesOnAverage()
    {
        using NeuralGenerator generator = Generators.Create(s_format);
        SequenceSampler sampler = Sampler(generator, scale: 6);
        var data = new TokenBatch(new[] { 0, 1, 2, 3 }, 2, 2);
        var options = new SamplingOptions { Refine = 10 };
        double exact = RefinementMetrics.Measure(
            sampler, data, options with { Seed = 0 }, 400_000, TestContext.Current.CancellationToken).NllTestLower;

        RefinementMetrics[] few = [.. Enumerable.Range(1, 400).Select(seed => RefinementMetrics.Measure(
            sampler, data, options with { Seed = (ulong)seed }, 20, TestContext.Current.CancellationToken))];

        Assert.InRange(few.Average(value => value.NllTestLower), double.MinValue, exact - 0.002);
        Assert.InRange(few.Average(value => value.NllTestUpper), exact - 0.002, double.MaxValue);
    }

    [Fact]
    public void Measure_DiscriminatorThatKnowsNothing_ChangesNothing()
    {
        using NeuralGenerator generator = Generators.Create(s_format);
        SequenceSampler sampler = Sampler(generator, scale: 0);
        TokenBatch data = sampler.Sample(50, new SamplingOptions { Seed = 3 }).AsBatch();
        double nll = SequenceMetrics.NegativeLogLikelihood(sampler, data, cancellationToken: TestContext.Current.CancellationToken);

        var measured = RefinementMetrics.Measure(
            sampler, data, new SamplingOptions { Refine = 4 }, 100, TestContext.Current.CancellationToken);

        Assert.Equal(nll, measured.NllTestLower, 1e-6);
        Assert.Equal(nll, measured.NllTestUpper, 1e-6);
        Assert.Equal(1, measured.Acceptance, 1e-6);
        Assert.Equal(100, measured.EffectiveSampleSize, 1e-3);
    }

    [Fact]
    public void Measure_BadArguments_AreRefused()
    {
        using NeuralGenerator generator = Generators.Create(s_format);
        SequenceSampler sampler = Sampler(generator, scale: 1), plain = new(generator.Compile());
        TokenBatch data = sampler.Sample(5).AsBatch();
        Assert.StartsWith("Refine is null; give the number of draws", Assert.Throws<ArgumentException>(
            () => RefinementMetrics.Measure(sampler, data, new SamplingOptions())).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RefinementMetrics.Measure(sampler, data, new SamplingOptions { Refine = 4 }, 1));
        Assert.Throws<ArgumentException>(() => RefinementMetrics.Measure(sampler, default, new SamplingOptions { Refine = 4 }));
        Assert.Throws<InvalidOperationException>(() => RefinementMetrics.Measure(plain, data, new SamplingOptions { Refine = 4 }));
    }

    [Fact]
    public void Run_Refined_AddsACurve()
    {
        using NeuralGenerator generator = Generators.Create(s_format);
        SequenceSampler sampler = Sampler(generator, scale: 1);
        var options = new QualityDiversityOptions { Temperatures = [0.8, 1], Count = 50, Seed = 1, Refine = 3 };

        var sweep = QualityDiversitySweep.Run(
            [new("with", sampler.Policy), new("without", generator.Compile())], sampler.Sample(20).AsBatch(), options,
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(
            ["with", "with", "with, refined", "with, refined", "without", "without"], sweep.Points.Select(point => point.Model));
        Assert.Throws<ArgumentException>(() => QualityDiversitySweep.Run(
            [new("with", sampler.Policy)], sampler.Sample(20).AsBatch(), options with { Refine = 1 }));
    }

    private static SequenceSampler Sampler(NeuralGenerator generator, float scale)
    {
        CompiledPolicy policy = generator.Compile();
        int size = PoolingJob.SizeOf(policy);
        var key = new RandomKey(4, RandomPurpose.User);
        NamedTensor[] head =
        [
            new(CompiledDiscriminator.OutputName, [1, size],
                Enumerable.Range(0, size).Select(i => scale * (float)key.NextNormal(i)).ToArray()),
            new(CompiledDiscriminator.OutputBiasName, [1], new float[1]),
        ];
        return new SequenceSampler(policy.WithDiscriminator(new CompiledDiscriminator(null, policy.Weights, head)));
    }
}
