namespace SeqGan.Native;

/// <summary>
/// oneDNN, which libtorch uses on the CPU. On some processors and virtual machines, that of libtorch 2.10 returns wrong convolutions and
/// LSTM states where sizes are no multiples of its blocks.
/// </summary>
internal static unsafe class OneDnn
{
    private const string Context = "_ZN2at13globalContextEv";

    // libtorch then tries NNPACK, which warns on standard error of each convolution where it does not know the processor either.
    private static readonly string[] s_switches =
        ["_ZN2at7Context20setUserEnabledMkldnnEb", "_ZN2at7Context20setUserEnabledNNPACKEb"];

    private static readonly Lock s_gate = new();
    private static bool _isChecked;

    /// <summary>Turns oneDNN off in this process if it computes wrongly; libtorch then uses other code. Checks once.</summary>
    /// <exception cref="LibTorchNotAvailableException">It is wrong and cannot be turned off.</exception>
    public static void TurnOffIfWrong()
    {
        lock (s_gate)
        {
            if (!_isChecked && !ComputesRightly())
                TurnOff();
            _isChecked = true;
        }
    }

    private static bool ComputesRightly()
    {
        const int Inputs = 33, Outputs = 16, Length = 9, Window = 3, Hidden = 10;
        const float Tolerance = 1e-3f;
        using var grad = enable_grad();
        using var scope = NewDisposeScope();
        Tensor input = Waves(2, Inputs, Length), weight = Waves(Outputs, Inputs, Window);
        Tensor windows = input.unfold(2, Window, 1).permute(0, 2, 1, 3).reshape(-1, Inputs * Window);
        Tensor products = windows.mm(weight.reshape(Outputs, -1).t()).view(2, -1, Outputs).transpose(1, 2);
        using GlobalGenerator.Loan kept = GlobalGenerator.Keep();
        using LSTM lstm = nn.LSTM(Hidden, Hidden, batchFirst: true);
        (Tensor sequence, Tensor zero) = (Waves(2, 5, Hidden), zeros(1, 2, Hidden));
        Tensor states = lstm.forward(sequence, (zero, zero)).Item1;
        using var noGrad = no_grad();
        return Difference(products, nn.functional.conv1d(input, weight)) < Tolerance
            && Difference(states, lstm.forward(sequence, (zero, zero)).Item1) < Tolerance;

        static float Difference(Tensor left, Tensor right) => (left - right).abs().max().item<float>();
    }

    private static Tensor Waves(params long[] shape) =>
        tensor([.. Enumerable.Range(0, (int)shape.Aggregate((product, size) => product * size)).Select(i => MathF.Sin(i))], shape);

    // TorchSharp has no method for it.
    private static void TurnOff()
    {
        nint context = Export(Context);
        nint[] switches = [.. s_switches.Select(Export)];
        if (context == 0 || switches.Contains(0))
        {
            throw new LibTorchNotAvailableException(
                "libtorch's convolutions and LSTMs are wrong on this processor, and what makes them wrong, oneDNN, cannot be turned off: "
                + "set the environment variable ONEDNN_MAX_CPU_ISA to SSE41 before the program starts.");
        }

        nint settings = ((delegate* unmanaged<nint>)context)();
        foreach (nint set in switches)
            ((delegate* unmanaged<nint, byte, void>)set)(settings, 0);
    }

    private static nint Export(string name) =>
        NativeLibrary.TryLoad("libtorch_cpu.so", out nint library) && NativeLibrary.TryGetExport(library, name, out nint export)
            ? export : 0;
}
