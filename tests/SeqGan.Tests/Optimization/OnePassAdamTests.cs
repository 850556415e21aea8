using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Optimization;

public class OnePassAdamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40_003)]
    public void Step_HundredTimes_GivesTheWeightsOfLibtorchsAdam(int length)
    {
        using Parameter ours = Weights(length), theirs = Weights(length);
        using var adam = new OnePassAdam([ours], 0.01);
        using var reference = new Adam([theirs], 0.01);
        float[][] gradients = [.. Enumerable.Range(1, 7).Select(row => Random(length, row))];
        for (int step = 0; step < 100; step++)
        {
            float[] gradient = gradients[step % 7];
            SetGradient(ours, gradient);
            SetGradient(theirs, gradient);
            adam.step();
            reference.step();
        }

        AssertClose(NetworkWeights.Get(theirs), NetworkWeights.Get(ours), 1e-6);
    }

    [Fact]
    public void Step_WithAScale_IsTheStepOfScaledGradientsAndLeavesThemAlone()
    {
        using Parameter ours = Weights(100), theirs = Weights(100);
        using var adam = new OnePassAdam([ours], 0.01);
        using var reference = new Adam([theirs], 0.01);
        float[] gradient = Random(100, 1);
        for (int step = 0; step < 10; step++)
        {
            SetGradient(ours, gradient);
            SetGradient(theirs, Array.ConvertAll(gradient, g => g * (step + 1) / 16));
            adam.Step((step + 1) / 16.0);
            reference.step();
        }

        AssertClose(NetworkWeights.Get(theirs), NetworkWeights.Get(ours), 1e-6);
        using Tensor kept = ours.grad!;
        Assert.Equal(gradient, NetworkWeights.Get(kept));
    }

    [Fact]
    public void Step_OfAMatrixThatIsNotContiguous_IsThatOfLibtorch()
    {
        using Tensor values = tensor(Random(12, 0), [3, 4]), other = values.clone();
        using Parameter ours = nn.Parameter(values.t()), theirs = nn.Parameter(other.t());
        using var adam = new OnePassAdam([ours], 0.01);
        using var reference = new Adam([theirs], 0.01);
        SetGradient(ours, Random(12, 1));
        SetGradient(theirs, Array.ConvertAll(Random(12, 1), g => g / 2));

        adam.Step(0.5);
        reference.step();

        Assert.False(ours.is_contiguous());
        Assert.Equal(NetworkWeights.Get(theirs), NetworkWeights.Get(ours));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Step_WithWeightDecay_IsThatOfLibtorchsAdamWAndLeavesBiases(bool isContiguous)
    {
        using Tensor values = tensor(Random(5000, 0), [50, 100]), other = values.clone();
        using Parameter ours = isContiguous ? nn.Parameter(values) : nn.Parameter(values.t());
        using Parameter theirs = isContiguous ? nn.Parameter(other) : nn.Parameter(other.t());
        using Parameter bias = Weights(7), theirBias = Weights(7);
        using var adam = new OnePassAdam([ours, bias], 0.01, weightDecay: 0.3);
        using var decaying = new AdamW([theirs], 0.01, weight_decay: 0.3);
        using var plain = new Adam([theirBias], 0.01);
        for (int step = 0; step < 20; step++)
        {
            foreach (Parameter parameter in new[] { ours, theirs })
                SetGradient(parameter, Random(5000, step + 1));
            foreach (Parameter parameter in new[] { bias, theirBias })
                SetGradient(parameter, Random(7, step + 1));
            adam.step();
            decaying.step();
            plain.step();
        }

        AssertClose(NetworkWeights.Get(theirs), NetworkWeights.Get(ours), 1e-6);
        AssertClose(NetworkWeights.Get(theirBias), NetworkWeights.Get(bias), 1e-6);
    }

    [Fact]
    public void Step_WithoutAGradient_LeavesTheParameterAndItsCount()
    {
        using Parameter idle = Weights(5), busy = Weights(5);
        using var adam = new OnePassAdam([idle, busy], 0.01);
        float[] before = NetworkWeights.Get(idle);
        SetGradient(busy, Random(5, 1));

        adam.step();

        Assert.Equal(before, NetworkWeights.Get(idle));
        Assert.Equal([0, 1], adam.state_dict().State.Cast<Adam.State>().Select(state => state.step));
    }

    [Fact]
    public void Step_ClosureGiven_ReturnsItsLossAndUsesItsGradients()
    {
        using Parameter weights = Weights(5);
        using var adam = new OnePassAdam([weights], 0.01);
        float[] before = NetworkWeights.Get(weights);
        using var noGrad = no_grad();

        using Tensor loss = adam.step(() =>
        {
            Tensor sum = weights.square().sum();
            sum.backward();
            return sum;
        });

        Assert.Equal(before.Sum(w => w * w), loss.item<float>(), 1e-5);
        Assert.All(NetworkWeights.Get(weights).Zip(before), pair => Assert.True(Math.Abs(pair.First) < Math.Abs(pair.Second)));
    }

    [Fact]
    public void Step_AnyNumberOfThreads_GivesTheSameBits()
    {
        const int Length = (1 << 22) + 5; // enough for threads
        using Tensor start = randn(Length), gradient = randn(Length);
        int threads = get_num_threads();
        try
        {
            float[][] runs = [.. new[] { 1, 2, 5 }.Select(used =>
            {
                set_num_threads(used);
                using Parameter weights = nn.Parameter(start.clone());
                weights.grad = gradient;
                using var adam = new OnePassAdam([weights], 0.01);
                for (int step = 0; step < 3; step++)
                    adam.Step(1 / (1 + Gradients.Norm([weights])));
                return NetworkWeights.Get(weights);
            })];
            Assert.Equal(runs[0], runs[1]);
            Assert.Equal(runs[0], runs[2]);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void Step_SparseRows_MovesOnlyThoseWithGradientAndThemLikeAdam()
    {
        const int Rows = 3000, Columns = 11;
        using Parameter sparse = Weights(Rows, Columns), dense = Weights(Rows, Columns);
        using var adam = new OnePassAdam([sparse], 0.01, [sparse]);
        using var reference = new OnePassAdam([dense], 0.01);
        float[] before = NetworkWeights.Get(sparse);
        float[] gradient = Random(Rows * Columns, 1);
        for (int row = 0; row < Rows; row++)
        {
            if (row % 3 > 0)
                gradient.AsSpan(row * Columns, Columns).Clear();
        }

        gradient[Columns + 10] = 1; // one element is enough
        for (int step = 0; step < 3; step++)
        {
            // In between, no row of the sparse one has a gradient: Adam would move them by their moments.
            SetGradient(sparse, step == 1 ? new float[gradient.Length] : gradient);
            SetGradient(dense, gradient);
            adam.step();
            if (step != 1)
                reference.step();
            else
                ((Adam.State)reference.state_dict().State[0]).step++; // the bias correction goes on
        }

        float[] after = NetworkWeights.Get(sparse), expected = NetworkWeights.Get(dense);
        for (int i = 0; i < before.Length; i++)
            Assert.Equal(i / Columns % 3 == 0 || i / Columns == 1 ? expected[i] : before[i], after[i]);
    }

    private static Parameter Weights(params long[] shape) => nn.Parameter(tensor(Random((int)shape.Aggregate((x, y) => x * y), 0), shape));

    private static float[] Random(int length, int row)
    {
        var key = new RandomKey(3, RandomPurpose.User);
        return [.. Enumerable.Range(0, length).Select(i => 2 * key.NextUniform(row, 0, i) - 1)];
    }

    private static void SetGradient(Parameter parameter, float[] values)
    {
        using Tensor gradient = tensor(values, parameter.shape);
        parameter.grad = gradient;
    }

    private static void AssertClose(float[] expected, float[] actual, double relative)
    {
        double scale = expected.Max(MathF.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, relative * scale));
    }
}
