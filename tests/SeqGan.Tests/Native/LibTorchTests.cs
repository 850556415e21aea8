using TorchSharp;
using Xunit;

namespace SeqGan.Tests;

public class LibTorchTests
{
    [Fact]
    public void EnsureLoaded_AnySystem_TorchComputes()
    {
        LibTorch.EnsureLoaded();
        LibTorch.EnsureLoaded();

        using var ones = torch.ones(2);
        using var sum = ones.sum();
        Assert.Equal(2f, sum.item<float>());
    }
}
