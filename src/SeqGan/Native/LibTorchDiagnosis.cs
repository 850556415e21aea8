using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace SeqGan.Native;

/// <summary>Explains why libtorch does not load: what is missing and what to install.</summary>
internal static partial class LibTorchDiagnosis
{
    /// <summary>The package with the bindings.</summary>
    public const string TorchSharpPackage = "TorchSharp 0.107.0";

    private const string LibTorchVersion = "2.10.0";

    /// <summary>The runtime identifier of the native packages for this system.</summary>
    public static string Platform => OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";

    /// <summary>A library that no folder has.</summary>
    public static LibTorchNotAvailableException Missing(string library, IEnumerable<string> folders)
    {
        var package = library.Contains("LibTorchSharp", StringComparison.Ordinal)
            ? TorchSharpPackage
            : $"libtorch-cpu-{Platform} {LibTorchVersion} (or TorchSharp-cpu, which brings every platform)";
        return new LibTorchNotAvailableException(
            $"{library} is missing: reference the package {package} in the program's project. Looked in: {string.Join(", ", folders)}.");
    }

    /// <summary>A library that a load context of the host's loads itself, without success.</summary>
    public static LibTorchNotAvailableException RefusedByHost(AssemblyLoadContext? context, Exception failure)
    {
        string problem = failure.Message.Contains(ElfPatch.MissingVersion, StringComparison.Ordinal)
            ? $"this system's libstdc++ is older than GCC 13's ({ElfPatch.MissingVersion}). SeqGan can load a repaired copy"
            : $"the system says: {failure.Message} SeqGan can look for it";
        return new LibTorchNotAvailableException(
            $"The host's load context {context?.Name ?? "without a name"} loads LibTorchSharp itself and fails: {problem} if the " +
            "context's LoadUnmanagedDll returns 0 for LibTorchSharp. Change the host, or load the library into the default context.",
            failure);
    }

    /// <summary>How to fix a library that does not load, from what the system's loader says.</summary>
    public static string Remedy(string path, string detail)
    {
        if (OperatingSystem.IsWindows())
            return $"install the Microsoft Visual C++ Redistributable 2015-2022 (x64). The system says: {detail}";
        if (detail.Contains(ElfPatch.MissingVersion, StringComparison.Ordinal))
        {
            return $"this system's libstdc++ is older than GCC 13's ({ElfPatch.MissingVersion}) and the repair for that is off. " +
                $"Allow it (switch {LibTorchSettings.RepairSwitch}, variable {LibTorchSettings.RepairVariable}), " +
                "or use Debian 13, Ubuntu 24.04 or newer.";
        }

        if (VersionNotFound().Match(detail) is { Success: true } version)
            return $"this system's {version.Groups["library"]} lacks {version.Groups["version"]}. Use Debian 12, Ubuntu 22.04 or newer.";
        var absent = FileNotFound().Matches(detail).Select(match => match.Groups["library"].Value)
            .FirstOrDefault(library => library != path && library != Path.GetFileName(path));
        return absent is null ? $"the system says: {detail}" : $"{absent} is missing: {Installation(absent)}.";
    }

    private static string Installation(string library) => Path.GetFileName(library) switch
    {
        "libgomp.so.1" => "install it with apt-get install libgomp1",
        "libstdc++.so.6" => "install it with apt-get install libstdc++6",
        "libgcc_s.so.1" => "install it with apt-get install libgcc-s1",
        "libcuda.so.1" => "install the NVIDIA driver",
        ['l', 'i', 'b', 'c', 'u', ..] or ['l', 'i', 'b', 'n', 'v', ..] or "libtorch_cuda.so" or "libc10_cuda.so" =>
            "reference the package TorchSharp-cuda-linux, or libtorch-cpu-linux-x64 to run without CUDA",
        _ => $"reference the package libtorch-cpu-{Platform} {LibTorchVersion} (or TorchSharp-cpu), " +
            "or install the system's package that has it",
    };

    [GeneratedRegex(@"(?<library>\S+): cannot open shared object file")]
    private static partial Regex FileNotFound();

    [GeneratedRegex(@"(?<library>\S+): version [`'](?<version>[^']+)' not found")]
    private static partial Regex VersionNotFound();
}
