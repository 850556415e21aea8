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

    // On some processors, oneDNN is wrong where sizes are no multiples of its blocks.
    [Theory]
    [InlineData(6, 8)]
    [InlineData(33, 130)]
    [InlineData(64, 64)]
    public void Convolution_AnySizes_IsTheSumOfItsProducts(int inputs, int outputs)
    {
        const int Length = 9, Window = 3;
        LibTorch.EnsureLoaded();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        torch.Tensor input = Waves(4, inputs, Length), weight = Waves(outputs, inputs, Window);
        torch.Tensor windows = input.unfold(2, Window, 1).permute(0, 2, 1, 3).reshape(-1, inputs * Window);
        torch.Tensor expected = windows.mm(weight.reshape(outputs, -1).t()).view(4, -1, outputs).transpose(1, 2);

        torch.Tensor actual = torch.nn.functional.conv1d(input, weight);

        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-4f);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(48)]
    [InlineData(64)]
    public void Lstm_AnySize_HasTheStatesOfItsCell(int size)
    {
        LibTorch.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var lstm = torch.nn.LSTM(size, size, batchFirst: true);
        using var cell = torch.nn.LSTMCell(size, size);
        foreach ((string name, TorchSharp.Modules.Parameter weight) in cell.named_parameters())
            weight.copy_(lstm.get_parameter($"{name}_l0")!);
        torch.Tensor input = Waves(4, 5, size), zero = torch.zeros(1, 4, size);
        (torch.Tensor Hidden, torch.Tensor Cells) expected = (zero[0], zero[0]);
        for (int step = 0; step < 5; step++)
            expected = cell.forward(input.select(1, step), expected);

        torch.Tensor actual = lstm.forward(input, (zero, zero)).Item1.select(1, 4);

        Assert.InRange((expected.Hidden - actual).abs().max().item<float>(), 0, 1e-5f);
    }

    // On a healthy machine nothing else turns it off; results are the same, only slower.
    [Fact]
    public void TurnOff_AnyMachine_LeavesConvolutionsRight()
    {
        LibTorch.EnsureLoaded();

        OneDnn.TurnOff(System.Runtime.InteropServices.NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null));

        Assert.True(OneDnn.IsOff);
        Convolution_AnySizes_IsTheSumOfItsProducts(33, 130);
        Lstm_AnySize_HasTheStatesOfItsCell(10);
    }

    [Fact]
    public void TurnOff_LibraryWithoutTheSwitch_SaysWhatToSet()
    {
        nint other = System.Runtime.InteropServices.NativeLibrary.GetMainProgramHandle();

        var error = Assert.Throws<LibTorchNotAvailableException>(() => OneDnn.TurnOff(other));

        Assert.Contains("set the environment variable ONEDNN_MAX_CPU_ISA to SSE41", error.Message, StringComparison.Ordinal);
    }

    private static torch.Tensor Waves(params long[] shape) =>
        torch.tensor([.. Enumerable.Range(0, (int)shape.Aggregate((x, y) => x * y)).Select(i => MathF.Sin(i))], shape);
}
