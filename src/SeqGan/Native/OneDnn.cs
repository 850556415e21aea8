namespace SeqGan.Native;

/// <summary>
/// oneDNN, which libtorch uses on the CPU. On some processors and virtual machines, the oneDNN in libtorch 2.10 returns wrong convolutions
/// and LSTM states where sizes are no multiples of its blocks.
/// </summary>
internal static unsafe class OneDnn
{
    private const string Context = "_ZN2at13globalContextEv", Switch = "_ZN2at7Context20setUserEnabledMkldnnEb";

    // What libtorch tries next. It warns at each convolution if it does not know the processor.
    private const string NnpackSwitch = "_ZN2at7Context20setUserEnabledNNPACKEb";

    private static readonly Lock s_gate = new();
    private static bool _isChecked;

    /// <summary>Whether it was turned off.</summary>
    public static bool IsOff { get; private set; }

    /// <summary>Turns oneDNN off in this process if it computes wrongly; libtorch then uses other code. Checks once.</summary>
    /// <param name="library">TorchSharp's native library, whose dependencies are searched, too.</param>
    /// <exception cref="LibTorchNotAvailableException">It is wrong and cannot be turned off.</exception>
    public static void TurnOffIfWrong(nint library)
    {
        lock (s_gate)
        {
            if (!_isChecked && !ComputesRightly())
                TurnOff(library);
            _isChecked = true;
        }
    }

    internal static void TurnOff(nint library)
    {
        // TorchSharp has no method for it.
        if (!NativeLibrary.TryGetExport(library, Context, out nint context) || !NativeLibrary.TryGetExport(library, Switch, out nint turn))
        {
            throw new LibTorchNotAvailableException(
                "libtorch's convolutions and LSTMs are wrong on this processor, and oneDNN, which makes them wrong, cannot be turned off: "
                + "set the environment variable ONEDNN_MAX_CPU_ISA to SSE41 before the program starts.");
        }

        nint settings = ((delegate* unmanaged<nint>)context)();
        ((delegate* unmanaged<nint, byte, void>)turn)(settings, 0);
        if (NativeLibrary.TryGetExport(library, NnpackSwitch, out turn))
            ((delegate* unmanaged<nint, byte, void>)turn)(settings, 0);
        IsOff = true;
    }

    private static bool ComputesRightly()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return HasRightConvolution() && HasRightLstm();
    }

    private static bool HasRightConvolution()
    {
        const int Inputs = 33, Outputs = 16, Length = 9, Window = 3;
        Tensor input = Waves(2, Inputs, Length), weight = Waves(Outputs, Inputs, Window);
        Tensor windows = input.unfold(2, Window, 1).permute(0, 2, 1, 3).reshape(-1, Inputs * Window);
        Tensor products = windows.mm(weight.reshape(Outputs, -1).t()).view(2, -1, Outputs).transpose(1, 2);
        return AreClose(products, nn.functional.conv1d(input, weight));
    }

    private static bool HasRightLstm()
    {
        const int Hidden = 10, Rows = 2, Length = 5;
        using GlobalGenerator.Loan kept = GlobalGenerator.Keep();
        using LSTM lstm = nn.LSTM(Hidden, Hidden, bias: false, batchFirst: true, dtype: ScalarType.Float32, device: CPU);
        Dictionary<string, Parameter> weights = lstm.named_parameters().ToDictionary(weight => weight.name, weight => weight.parameter);
        Tensor input = Waves(Rows, Length, Hidden), zero = zeros(1, Rows, Hidden, dtype: ScalarType.Float32, device: CPU);
        Tensor hidden = zero[0], cells = zero[0];
        for (int step = 0; step < Length; step++)
        {
            Tensor sums = input.select(1, step).mm(weights["weight_ih_l0"].t()) + hidden.mm(weights["weight_hh_l0"].t());
            Tensor[] gate = sums.chunk(4, 1);
            cells = gate[1].sigmoid() * cells + gate[0].sigmoid() * gate[2].tanh();
            hidden = gate[3].sigmoid() * cells.tanh();
        }

        return AreClose(hidden, lstm.forward(input, (zero, zero)).Item1.select(1, Length - 1));
    }

    private static bool AreClose(Tensor expected, Tensor actual) => (expected - actual).abs().max().item<float>() < 1e-3f;

    private static Tensor Waves(params long[] shape)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate((product, size) => product * size)).Select(i => MathF.Sin(i))];
        return tensor(values, shape, ScalarType.Float32, CPU);
    }
}
