using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Optimization;

public class GradientsTests
{
    [Fact]
    public void Norm_OfAllGradients_IsThatOfLibtorch()
    {
        using Parameter first = WithGradient(0.5f, 17), second = WithGradient(-2, 100_001), without = nn.Parameter(zeros(3));
        Parameter[] parameters = [first, second, without];
        double expected = Math.Sqrt(17 * 0.25 + 100_001 * 4.0);

        Assert.Equal(expected, Gradients.Norm(parameters), expected * 1e-12);
        Assert.Equal(expected, nn.utils.clip_grad_norm_(parameters, double.PositiveInfinity), expected * 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.MaxValue)]
    public void Norm_OfGradientsThatNoStepMayTake_IsNotFinite(float value)
    {
        foreach (int length in new[] { 3, 16 })
        {
            using Parameter parameter = WithGradient(value, length);
            Assert.False(double.IsFinite(Gradients.Norm([parameter])));
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0.25)]
    [InlineData(4, 1)]
    [InlineData(100, 1)]
    public void Step_OfAnyOptimizer_ScalesTheGradientToTheLimit(double limit, double expected)
    {
        using Parameter parameter = WithGradient(2, 4);
        using optim.Optimizer optimizer = optim.SGD([parameter], 1);

        Gradients.Step(optimizer, [parameter], Gradients.Norm([parameter]), limit);

        Assert.All(NetworkWeights.Get(parameter), weight => Assert.Equal(-2 * expected, weight, 1e-5));
    }

    private static Parameter WithGradient(float value, int length)
    {
        Parameter parameter = nn.Parameter(zeros(length));
        using Tensor gradient = full(length, value);
        parameter.grad = gradient;
        return parameter;
    }
}
