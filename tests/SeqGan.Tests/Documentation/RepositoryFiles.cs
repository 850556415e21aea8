using System.Text.RegularExpressions;

namespace SeqGan.Tests.Documentation;

/// <summary>The documentation in the repository that these tests were built from.</summary>
internal static partial class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>Every page, by its path from the root; the README of a package is one.</summary>
    public static IEnumerable<string> Pages =>
        Directory.EnumerateFiles(Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Packages.PackageProjects.All.Select(project => Path.Combine(Path.GetDirectoryName(project)!, "README.md")))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public static string Read(string page) => File.ReadAllText(Path.Combine(Root, page)).ReplaceLineEndings("\n");

    /// <summary>The fenced blocks of a page: language, code, and the number of the first line of code.</summary>
    public static IEnumerable<(string Language, string Code, int Line)> Blocks(string page)
    {
        string text = Read(page);
        foreach (Match block in Fence().Matches(text))
            yield return (block.Groups["language"].Value, block.Groups["code"].Value,
                text.AsSpan(0, block.Groups["code"].Index).Count('\n') + 1);
    }

    /// <summary>A page without its fenced blocks and without code in backticks.</summary>
    public static string Prose(string page) => InlineCode().Replace(Fence().Replace(Read(page), string.Empty), string.Empty);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SeqGan.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has SeqGan.sln.");
        return folder.FullName;
    }

    [GeneratedRegex("^```(?<language>[^\n`]*)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]+`")]
    private static partial Regex InlineCode();
}
