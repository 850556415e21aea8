using SeqGan.Tests.Documentation;

namespace SeqGan.Tests.Packages;

/// <summary>The projects of this repository that become packages.</summary>
internal static class PackageProjects
{
    /// <summary>The full paths of the project files.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. new[] { "src", "tests", "templates" }
            .Select(folder => Path.Combine(RepositoryFiles.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Where(path => File.ReadAllText(path).Contains("<IsPackable>true</IsPackable>", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The names of the packages, except the tool's: with libtorch in it, packing takes a minute.</summary>
    public static IEnumerable<string> Packed => All.Select(NameOf).Where(name => name != Tool);

    public static string Tool => "SeqGan.Tool";

    public static string NameOf(string project) => Path.GetFileNameWithoutExtension(project);

    public static string PathOf(string name) => All.Single(project => NameOf(project) == name);
}
