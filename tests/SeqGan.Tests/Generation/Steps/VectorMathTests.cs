using System.Runtime.Intrinsics;

namespace SeqGan.Tests.Generation.Steps;

public class VectorMathTests
{
    [Fact]
    public void Exp_OfSofmaxsArguments_IsRight()
    {
        for (float x = -85.9f; x <= 0; x += 0.00913f)
            Assert.Equal(1, VectorMath.Exp(Vector256.Create(x))[3] / Math.Exp(x), 2e-7);
        Assert.Equal(1, VectorMath.Exp(default)[0]);
        Assert.All([-86.5f, -1e30f, float.NegativeInfinity], x => Assert.Equal(0, VectorMath.Exp(Vector256.Create(x))[0]));
        Assert.True(float.IsNaN(VectorMath.Exp(Vector256.Create(float.NaN))[0]));
    }

    [Fact]
    public void SigmoidAndTanh_OfAnything_AreRight()
    {
        for (float x = -100; x <= 100; x += 0.00713f)
        {
            Assert.Equal(1 / (1 + Math.Exp(-x)), VectorMath.Sigmoid(Vector256.Create(x))[5], 2e-7);
            Assert.Equal(Math.Tanh(x), VectorMath.Tanh(Vector256.Create(x))[5], 3e-7 * Math.Min(1, Math.Abs(x)) + 1e-30);
        }

        Assert.All([float.NegativeInfinity, float.PositiveInfinity], x => Assert.Equal(Math.Sign(x), VectorMath.Tanh(Vector256.Create(x))[0]));
        Assert.True(float.IsNaN(VectorMath.Sigmoid(Vector256.Create(float.NaN))[0]));
        Assert.True(float.IsNaN(VectorMath.Tanh(Vector256.Create(float.NaN))[0]));
    }
}
