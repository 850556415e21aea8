using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

/// <summary>The pooled convolutions' gradients against plain autograd's.</summary>
public class PooledConvolutionTests
{
    public static TheoryData<int, int, bool, int, int[], int[]> Shapes => new()
    {
        { 11, 6, false, 6, [1, 2, 3], [8, 8, 8] },
        { 2, 1, false, 1, [1], [1] },
        { 30, 9, true, 16, [1, 2, 5, 9], [7, 70, 33, 1] },
        { 50, 12, true, 33, [11, 3, 12, 3], [21, 130, 17, 40] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Backward_AnyShapeAndThreads_IsPlainAutograds(
        int vocabulary, int length, bool ending, int embeddingSize, int[] widths, int[] counts)
    {
        SequenceFormat format = ending ? new(vocabulary, length, 0, 1, 0) : new(vocabulary, length);
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        Tensor tokens = Cells(format, Discriminators.Random(format, 75, 1, Math.Min(2, vocabulary - 1)));

        // Always the same numbers: the sum of others may be near zero by chance, and its rounding error large beside it.
        using var random = new Generator(1, CPU);
        Embedding embedding = nn.Embedding(vocabulary, embeddingSize);
        Conv1d[] convolutions = [.. widths.Zip(counts, (width, count) => nn.Conv1d(embeddingSize, count, width))];
        Parameter[] parameters = [embedding.weight!,
            .. convolutions.SelectMany(convolution => new[] { convolution.weight!, convolution.bias! })];
        Tensor direction = Draw(75, counts.Sum());
        using (no_grad())
        {
            foreach (Parameter parameter in parameters)
                parameter.copy_(0.3 * Draw(parameter.shape));
        }

        Tensor embedded = embedding.forward(tokens).transpose(1, 2);
        (Tensor values, Tensor[] expected) =
            Differentiate(cat([.. convolutions.Select(convolution => convolution.forward(embedded).max(2).values)], 1));
        (Tensor pooled, Tensor[] actual) = Differentiate(PooledConvolution.Apply(tokens, embedding, convolutions));
        int threads = get_num_threads();
        set_num_threads(1);
        (_, Tensor[] onOneThread) = Differentiate(PooledConvolution.Apply(tokens, embedding, convolutions));
        set_num_threads(threads);

        Assert.True(values.allclose(pooled, 1e-6, 1e-6));
        for (int index = 0; index < parameters.Length; index++)
        {
            double largest = expected[index].abs().max().ToDouble();
            Assert.InRange((expected[index] - actual[index]).abs().max().ToDouble(), 0, 1e-5 * largest);
            Assert.Equal(actual[index].data<float>().ToArray(), onOneThread[index].data<float>().ToArray());
        }

        Tensor Draw(params long[] shape) => randn(shape, generator: random);

        (Tensor Values, Tensor[] Gradients) Differentiate(Tensor values)
        {
            foreach (Parameter parameter in parameters)
                parameter.grad = null;
            (values * direction).sum().backward();
            return (values, [.. parameters.Select(parameter => parameter.grad!.clone())]);
        }
    }

    private static Tensor Cells(SequenceFormat format, TokenBatch batch)
    {
        var cells = new long[batch.Count, format.MaxLength];
        for (int row = 0; row < batch.Count; row++)
        {
            for (int position = 0; position < format.MaxLength; position++)
                cells[row, position] = position < batch[row].Length ? batch[row][position] : format.PaddingToken ?? 0;
        }

        return tensor(cells);
    }
}
