namespace SeqGan.Tests;

public sealed unsafe class LaneFunctionTests
{
    [Fact]
    public void Exp_WholeRange_IsWithinTwoUnitsInTheLastPlace()
    {
        for (double x = -87.29; x < 88; x += 0.0013)
            AssertNear(Math.Exp((float)x), Exp((float)x), 2, (float)x);
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(-3e38f)]
    [InlineData(-1e9f)]
    [InlineData(-88f)]
    public void Exp_FarBelow_IsExactlyZero(float x) => Assert.Equal(0, BitConverter.SingleToInt32Bits(Exp(x)));

    [Theory]
    [InlineData(0f)]
    [InlineData(-1e-30f)]
    public void Exp_Zero_IsExactlyOne(float x) => Assert.Equal(1f, Exp(x));

    [Fact]
    public void Sigmoid_WholeRange_IsWithinThreeUnitsInTheLastPlace()
    {
        for (double x = -86; x < 100; x += 0.0017)
            AssertNear(1 / (1 + Math.Exp(-(float)x)), Sigmoid((float)x), 3, (float)x);
    }

    [Fact]
    public void Tanh_WholeRange_IsWithinTwoUnitsInTheLastPlaceOfOne()
    {
        Assert.Equal(0, Tanh(0));
        for (double x = -50; x < 50; x += 0.0007)
            Assert.InRange(Math.Abs(Tanh((float)x) - Math.Tanh((float)x)), 0, 2.4e-7);
    }

    [Fact]
    public void SigmoidAndTanh_HugeNumbers_AreTheirLimits()
    {
        Assert.Equal((1f, 1f, -1f), (Sigmoid(1e37f), Tanh(1e37f), Tanh(-1e37f)));
        Assert.InRange(Sigmoid(-1e37f), 0, 2e-38f);
    }

    [Fact]
    public void AllFunctions_NotANumber_StaysNotANumberOnAllLanes()
    {
        AssertNotANumber<Lanes512>();
        AssertNotANumber<Lanes256>();
        AssertNotANumber<Lanes128>();
        AssertNotANumber<LanesScalar>();
    }

    private static void AssertNotANumber<TLanes>()
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes nan = TLanes.Broadcast(float.NaN);
        float* values = stackalloc float[16];
        foreach (TLanes result in (TLanes[])[LaneFunctions.Exp(nan), LaneFunctions.Sigmoid(nan), LaneFunctions.Tanh(nan)])
        {
            TLanes.Store(result, values);
            Assert.All(new Span<float>(values, 16).ToArray(), value => Assert.True(float.IsNaN(value)));
        }
    }

    private static float Exp(float x) => First(LaneFunctions.Exp(Lanes256.Broadcast(x)));

    private static float Sigmoid(float x) => First(LaneFunctions.Sigmoid(Lanes256.Broadcast(x)));

    private static float Tanh(float x) => First(LaneFunctions.Tanh(Lanes256.Broadcast(x)));

    private static float First(Lanes256 lanes)
    {
        float* values = stackalloc float[16];
        Lanes256.Store(lanes, values);
        return *values;
    }

    private static void AssertNear(double expected, float actual, double units, float x)
    {
        double unit = MathF.BitIncrement((float)expected) - (double)(float)expected;
        Assert.True(Math.Abs(actual - expected) <= units * unit, $"at {x:r}: {actual:r}, not {expected:r}");
    }
}
