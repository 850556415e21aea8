using System.Text.RegularExpressions;

namespace SeqGan.Tests.Documentation;

public sealed partial class LinkTests
{
    public static TheoryData<string, string> Links =>
        [.. from page in RepositoryFiles.Pages
            from link in TargetsIn(page).Distinct()
            where !link.Contains(':', StringComparison.Ordinal)
            select new TheoryDataRow<string, string>(page, link)];

    [Theory]
    [MemberData(nameof(Links))]
    public void Link_ToFileOrSection_LeadsThere(string page, string link)
    {
        string[] parts = link.Split('#', 2);
        string folder = Path.GetDirectoryName(Path.Combine(RepositoryFiles.Root, page))!;
        string target = parts[0].Length == 0 ? Path.Combine(RepositoryFiles.Root, page) : Path.GetFullPath(Path.Combine(folder, parts[0]));

        Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} links to {link}, which is not there.");
        if (parts.Length == 2)
            Assert.Contains(parts[1], Sections(target));
    }

    /// <summary>Where the links and pictures of a page lead.</summary>
    internal static IEnumerable<string> TargetsIn(string page) =>
        LinkPattern().Matches(RepositoryFiles.Prose(page)).Select(match => match.Groups["target"].Value);

    private static IEnumerable<string> Sections(string path) =>
        Heading().Matches(File.ReadAllText(path))
            .Select(heading => NotInAnchors().Replace(heading.Groups["title"].Value.ToLowerInvariant(), string.Empty).Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"^#+ (?<title>.+?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
