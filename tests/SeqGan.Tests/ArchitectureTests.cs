using System.Text.RegularExpressions;
using Xunit;

namespace SeqGan.Tests;

/// <summary>Holds the source against the plan of the house: which folder may use which, and what a file holds.</summary>
public sealed partial class ArchitectureTests
{
    private const string Contracts = "Abstractions", Inference = "Inference";

    // What each folder may use of the others; the root, which composes them, may use all.
    private static readonly Dictionary<string, string[]> s_mayUse = new(StringComparer.Ordinal)
    {
        [Contracts] = [],
        ["Native"] = [],
        ["Telemetry"] = [],
        [Inference] = [Contracts],
        ["Optimization"] = [Inference],
        ["Corpora"] = [Contracts, Inference],
        ["Generation"] = [Contracts, Inference, "Native", "Optimization"],
        ["Discrimination"] = [Contracts, Inference, "Native", "Optimization"],
        ["Rollouts"] = [Contracts, "Generation"],
        ["Rewards"] = [Contracts, "Evaluation", "Telemetry"],
        ["Checkpoints"] = [Contracts, "Telemetry"],
        ["Selection"] = [Contracts, Inference, "Corpora", "Rewards", "Evaluation"],
        ["Training"] = [Contracts, Inference, "Corpora", "Rewards", "Selection", "Evaluation", "Checkpoints", "Telemetry"],
        ["Evaluation"] = [Contracts, Inference, "Corpora"],
    };

    private static readonly string[] s_composing = ["", "DependencyInjection"];
    private static readonly string? s_root = FindRoot();

    [Fact]
    public void Folders_Always_UseOnlyWhatThePlanAllows()
    {
        SourceFile[] files = [.. Sources("src/SeqGan"), .. Sources("src/SeqGan.Abstractions").Select(file => file with { Folder = Contracts }), .. Sources("src/SeqGan.Inference").Select(file => file with { Folder = Inference })];
        ILookup<string, string> foldersOfType = files.Where(file => !IsFreeForAll(file)).ToLookup(file => file.TypeName, file => file.Folder);
        var violations = new List<string>();
        foreach (SourceFile file in files.Where(file => !s_composing.Contains(file.Folder)))
        {
            if (!s_mayUse.TryGetValue(file.Folder, out string[]? allowed))
            {
                violations.Add($"{file.FileName} is in {file.Folder}, a folder that has no rule.");
                continue;
            }

            violations.AddRange(
                from identifier in SourceIdentifiers.In(file.Text)
                let folders = foldersOfType[identifier].Distinct().ToArray()
                where folders.Length > 0 && !folders.Any(folder => folder == file.Folder || allowed.Contains(folder))
                select $"{file.FileName} in {file.Folder} uses {identifier} of {(folders[0].Length == 0 ? "the root" : folders[0])}");
        }

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Theory]
    [InlineData("src/SeqGan")]
    [InlineData("src/SeqGan.Abstractions")]
    [InlineData("src/SeqGan.Inference")]
    [InlineData("src/SeqGan.Reporting")]
    [InlineData("src/SeqGan.Tokenizers")]
    [InlineData("tests/SeqGan.Conformance")]
    public void Files_Always_HoldOnePublicTypeOfTheirName(string project)
    {
        var violations = new List<string>();
        foreach (SourceFile file in Sources(project))
        {
            string[] types = [.. PublicType().Matches(file.Text).Select(match => match.Groups["name"].Value)];
            if (types.Length > 1 || (types.Length == 1 && types[0] != file.TypeName))
                violations.Add($"{file.FileName} declares {string.Join(", ", types)}");
        }

        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void Abstractions_Always_ReferenceTheFrameworkOnly()
    {
        Assert.All(typeof(IGenerator).Assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
        string project = File.ReadAllText(Path.Combine(Root(), "src/SeqGan.Abstractions/SeqGan.Abstractions.csproj"));
        Assert.DoesNotContain("Reference Include", project, StringComparison.Ordinal);
    }

    [Fact]
    public void Inference_Always_ReferencesTheContractsOnly()
    {
        Assert.All(
            typeof(SequenceSampler).Assembly.GetReferencedAssemblies(),
            reference => Assert.True(reference.Name == "SeqGan.Abstractions" || reference.Name!.StartsWith("System.", StringComparison.Ordinal), reference.Name));
        Assert.DoesNotContain("PackageReference", File.ReadAllText(Path.Combine(Root(), "src/SeqGan.Inference/SeqGan.Inference.csproj")), StringComparison.Ordinal);
    }

    [Fact]
    public void Repository_Always_NamesNoPackageRegistry()
    {
        // In pieces, for this file is searched too.
        var registry = new Regex("://" + "[A-Za-z0-9.-]*" + "(nuget|npm|debian|pypi)", RegexOptions.IgnoreCase);
        string[] extensions = [".cs", ".csproj", ".props", ".targets", ".config", ".json", ".md", ".sln", ".txt", ".yml", ".xml", ".sh", ".py", ""];
        string[] offenders = [.. Files(Root(), "*").Where(path => extensions.Contains(Path.GetExtension(path)) && registry.IsMatch(File.ReadAllText(path)))];
        Assert.True(offenders.Length == 0, string.Join(Environment.NewLine, offenders));
    }

    [Theory]
    [InlineData("Used // Comment", "Used")]
    [InlineData("/* Comment\n */ Used", "Used")]
    [InlineData("/// <see cref=\"Comment\"/>\nUsed", "Used")]
    [InlineData("\"Text \\\" Text\" + Used", "Used")]
    [InlineData("@\"Text \"\" \\\" + Used", "Used")]
    [InlineData("\"\" + Used + \"\"", "Used")]
    [InlineData("'\"' + Used + '\\''", "Used")]
    [InlineData("\"\"\"Text \"Text\" {Text} \"\"\" + Used", "Used")]
    [InlineData("$\"Text {{Text}} {Used}\"", "Used")]
    [InlineData("$\"Text {(Used ? \"Text\" : $\"Text {Other} Text\")} Text\"", "Used Other")]
    [InlineData("$$\"\"\"Text {Text} {{Used}} Text\"\"\" + Other", "Used Other")]
    [InlineData("Used.Member.Member()", "Used")]
    [InlineData("SeqGan.Used.Member", "SeqGan Used")]
    [InlineData("Used<Other> Member = Used.Member(); Member.Member();", "Used Other")]
    [InlineData("enum Used { Member = 5 }", "enum Used")]
    [InlineData("Used Used { get; }", "Used get")]
    [InlineData("public Used? Used { get; }", "public Used get")]
    [InlineData("$\"{Used.Member(new { Other })}\"", "Used new Other")]
    public void SourceIdentifiers_Code_AreFoundOutsideCommentsAndText(string source, string expected) =>
        Assert.Equal(expected.Split(' '), SourceIdentifiers.In(source));

    // Exceptions and attributes of the root belong to every folder, and the check that reads the attributes.
    private static bool IsFreeForAll(SourceFile file) =>
        file.Folder is "" or Contracts
        && (file.TypeName.EndsWith("Exception", StringComparison.Ordinal) || file.TypeName.EndsWith("Attribute", StringComparison.Ordinal) || file.TypeName == "OptionsCheck");

    private static IEnumerable<SourceFile> Sources(string project)
    {
        string folder = Path.Combine(Root(), project);
        return Files(folder, "*.cs").Select(path =>
        {
            string relative = Path.GetRelativePath(folder, path);
            string[] parts = relative.Split(Path.DirectorySeparatorChar);
            return new SourceFile(parts.Length > 1 ? parts[0] : "", parts[^1], File.ReadAllText(path));
        }).Where(file => file.Folder != "buildTransitive");
    }

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            from child in Directory.EnumerateDirectories(folder)
            where Path.GetFileName(child) is not ("bin" or "obj" or ".git" or "artifacts" or "TestResults" or "BenchmarkDotNet.Artifacts")
            from path in Files(child, pattern)
            select path);

    private static string Root()
    {
        Assert.SkipWhen(s_root is null, "The sources are not beside the tests.");
        return s_root!;
    }

    private static string? FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "SeqGan.sln")))
            folder = folder.Parent;
        return folder?.FullName;
    }

    [GeneratedRegex(@"^public [^=;(\n]*?\b(?:class|struct|interface|enum|record|delegate [^\s(]+)\s+(?!class\b|struct\b)(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    private sealed record SourceFile(string Folder, string FileName, string Text)
    {
        public string TypeName => FileName[..FileName.IndexOf('.', StringComparison.Ordinal)];
    }
}
