namespace SeqGan.Native;

/// <summary>Opens a device by its name in an option.</summary>
internal static class TorchDevice
{
    /// <exception cref="ArgumentException">This libtorch or this machine has no such device.</exception>
    public static Device Open(string name)
    {
        try
        {
            return device(name);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException or FormatException)
        {
            throw new ArgumentException(
                $"Device is '{name}', which cannot be used here: use cpu, or for cuda reference a libtorch package with CUDA on a machine "
                + "that has it.", failure);
        }
    }
}
