using System.Diagnostics;
using System.Globalization;

namespace Cluster;

/// <summary>A worker on this machine, in a process with one thread for its work.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    private WorkerProcess(Process process) => _process = process;

    /// <summary>Starts a worker that joins the silo of a port, or finds it through Redis.</summary>
    public static WorkerProcess Start(int primaryPort, string? redis)
    {
        string ports = string.Join(
            ',', new[] { SiloHost.FreePort(), SiloHost.FreePort(), primaryPort }.Select(port => port.ToString(CultureInfo.InvariantCulture)));
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, UseShellExecute = false };
        // Started with "dotnet Cluster.dll", the program is the first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (string argument in redis is null ? ["--worker", ports] : (string[])["--worker", ports, "--redis", redis])
            start.ArgumentList.Add(argument);
        foreach (string variable in new[] { "DOTNET_PROCESSOR_COUNT", "OMP_NUM_THREADS" })
            start.Environment[variable] = "1";
        return new WorkerProcess(Process.Start(start)!);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }
}
