namespace SeqGan.Native;

/// <summary>Opens a device by its name in an option.</summary>
internal static class TorchDevice
{
    /// <exception cref="ArgumentException">This libtorch or this machine has no such device.</exception>
    public static Device Open(string name) =>
        DescribeProblem(name) is { } problem ? throw new ArgumentException(problem) : device(name);

    /// <summary>Why an option called Device cannot have a value, and what it can be; null if it can.</summary>
    public static string? DescribeProblem(string name)
    {
        if (name == "cpu")
            return null;
        LibTorch.EnsureLoaded();
        try
        {
            _ = device(name);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or FormatException)
        {
            return $"Device is '{name}', but this libtorch, or this machine, has no CUDA: use cpu, or for cuda reference a libtorch "
                + "package with CUDA on a machine that has it.";
        }

        int devices = cuda.device_count(), number = name.Split(':') is [_, var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 0;
        return number < devices
            ? null
            : $"Device is '{name}', but the CUDA devices here have numbers from 0 to {devices - 1}: use cpu, cuda or cuda:{devices - 1}.";
    }
}
