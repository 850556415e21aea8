using TorchSharp;

namespace SeqGan.Tests.Optimization;

public class TensorMemoryTests
{
    [Fact]
    public void Of_AnotherTypeOrLayout_Throws()
    {
        using torch.Tensor doubles = torch.zeros(2, 3, dtype: torch.float64), floats = torch.zeros(2, 3), transposed = floats.t();
        Assert.Throws<InvalidOperationException>(() => Locate(doubles));
        Assert.Throws<InvalidOperationException>(() => Locate(transposed));
        Locate(floats);

        static unsafe void Locate(torch.Tensor tensor) => _ = TensorMemory.Of(tensor);
    }
}
