namespace SeqGan;

/// <summary>The folders in which the runtime looks for a program's native libraries, in its order.</summary>
internal sealed class NativeSearchPath(IEnumerable<string> folders)
{
    public IReadOnlyList<string> Folders { get; } =
        [.. folders.Where(folder => folder.Length > 0).Select(Path.TrimEndingDirectorySeparator).Distinct()];

    /// <summary>The folders of the running program.</summary>
    /// <param name="torchSharpPath">The path of TorchSharp.dll; empty when it comes out of a single-file program.</param>
    public static NativeSearchPath OfProgram(string torchSharpPath)
    {
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return new NativeSearchPath(
        [
            .. known.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
            Path.GetDirectoryName(torchSharpPath) ?? "",
            AppContext.BaseDirectory,
            Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
        ]);
    }

    /// <summary>The full path of a library; null when no folder has it.</summary>
    public string? Find(string fileName)
    {
        foreach (var folder in Folders)
        {
            var path = Path.Combine(folder, fileName);
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
