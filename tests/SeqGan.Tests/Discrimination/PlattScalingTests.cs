namespace SeqGan.Tests.Discrimination;

public sealed class PlattScalingTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.3, 0.5)]
    [InlineData(2.5, -1)]
    public void Fit_LogitsOfAKnownScaling_FindsIt(double slope, double intercept)
    {
        // Log-odds l of normals at +v/2 and -v/2 of variance v are what they say; the logits are those before the scaling.
        var key = new RandomKey(1, RandomPurpose.User);
        float[] real = [.. Enumerable.Range(0, 50_000).Select(i => Logit(0.5 + key.NextNormal(i)))];
        float[] generated = [.. Enumerable.Range(0, 100_000).Select(i => Logit(-0.5 + key.NextNormal(i, 1)))];

        PlattScaling found = PlattScaling.Fit(real, generated);

        Assert.Equal(slope, found.Slope, 0.03 * slope);
        Assert.Equal(intercept, found.Intercept, 0.03);
        Assert.True(found.CrossEntropy(real, generated) <= PlattScaling.None.CrossEntropy(real, generated) + 1e-6);

        float Logit(double odds) => (float)((odds - intercept) / slope);
    }

    [Fact]
    public void Fit_ClassesThatCanBeSeparated_StaysFinite()
    {
        PlattScaling found = PlattScaling.Fit([5, 6, 7], [-5, -6]);
        Assert.True(found is { Slope: > 0 and < 100, Intercept: > -100 and < 100 });
        found = PlattScaling.Fit([1e4f], [-1e4f]);
        Assert.True(double.IsFinite(found.Slope) && found.Slope > 0);
    }

    [Theory]
    [InlineData(new float[] { -1, -2 }, new float[] { 1, 2 })]
    [InlineData(new float[] { 3, 3 }, new float[] { 3, 3 })]
    public void Fit_LogitsThatSayNothingOrTheOpposite_IsEvenOdds(float[] real, float[] generated)
    {
        PlattScaling found = PlattScaling.Fit(real, generated);
        Assert.All(real.Concat(generated), logit => Assert.Equal(0, (found.Slope * logit) + found.Intercept, 1e-6));
    }

    [Fact]
    public void FitIfItPays_Noise_IsEven_AndKnowledgeIsNot()
    {
        var key = new RandomKey(2, RandomPurpose.User);
        float[][] noise = [.. Enumerable.Range(0, 2).Select(part =>
            Enumerable.Range(0, 1000).Select(i => (float)key.NextNormal(i, part)).ToArray())];
        Assert.Equal(PlattScaling.Even, PlattScaling.FitIfItPays(noise[0], noise[1]));

        float[] better = Array.ConvertAll(noise[0], logit => logit + 0.2f);
        Assert.Equal(PlattScaling.Fit(better, noise[1]), PlattScaling.FitIfItPays(better, noise[1]));
        Assert.InRange(PlattScaling.FitIfItPays(better, noise[1]).Slope, 0.1, 0.3);
    }

    [Fact]
    public void CrossEntropy_OfCertainty_IsItsCost()
    {
        Assert.Equal(Math.Log(2), PlattScaling.None.CrossEntropy([0], [0]), 12);
        Assert.Equal(50, PlattScaling.None.CrossEntropy([-100], [-100]), 1e-9);
    }
}
