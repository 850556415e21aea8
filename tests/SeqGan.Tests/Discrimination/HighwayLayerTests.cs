using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

public class HighwayLayerTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 17)]
    [InlineData(64, 130)]
    public void Forward_WhileTraining_HasThePlainOperatorsValuesAndGradients(int rows, int size)
    {
        using var layer = new HighwayLayer(size, new DiscriminatorWeights(3));
        using Tensor input = randn(rows, size, requires_grad: true), upstream = randn(rows, size);

        float[][] plain = Differentiate(layer.eval, layer, input, upstream);
        float[][] first = Differentiate(() => layer.train(), layer, input, upstream),
            second = Differentiate(() => layer.train(), layer, input, upstream);

        Assert.Equal(first, second);
        for (int i = 0; i < plain.Length; i++)
        {
            float largest = plain[i].Max(Math.Abs);
            for (int element = 0; element < plain[i].Length; element++)
                Assert.Equal(plain[i][element], first[i][element], 1e-5 * (1 + largest));
        }
    }

    /// <summary>The outputs, and the gradients of the input and of each weight.</summary>
    private static float[][] Differentiate(Action mode, HighwayLayer layer, Tensor input, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        mode();
        layer.zero_grad(set_to_none: true);
        input.grad = null;
        Tensor output = layer.forward(input);
        output.backward([upstream]);
        return
        [
            .. new[] { output.detach(), input.grad! }.Concat(layer.parameters().Select(parameter => parameter.grad!))
                .Select(tensor => tensor.cpu().contiguous().data<float>().ToArray()),
        ];
    }
}
