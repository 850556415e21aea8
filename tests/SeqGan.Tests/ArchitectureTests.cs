using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGan.Tests;

/// <summary>Compares the sources with the plan of the house: which folder may use which, and what a file holds.</summary>
public sealed class ArchitectureTests
{
    // What each folder of SeqGan, and each other package, uses of the others. Every word is needed.
    private static readonly Dictionary<string, string> s_uses = new(StringComparer.Ordinal)
    {
        ["Abstractions"] = "",
        ["Inference"] = "Abstractions",
        ["Tokenizers"] = "Inference",
        ["Onnx"] = "Abstractions Inference",
        ["Conformance"] = "Abstractions",
        ["Options"] = "",
        ["Native"] = "Abstractions",
        ["Telemetry"] = "",
        ["Optimization"] = "Inference",
        ["Corpora"] = "Abstractions Inference Options",
        ["Generation"] = "Abstractions Inference Native Optimization Options",
        ["Discrimination"] = "Abstractions Inference Generation Native Optimization Options",
        ["Rollouts"] = "Abstractions Options",
        ["Evaluation"] = "Abstractions Inference Corpora",
        ["Rewards"] = "Abstractions Corpora Discrimination Evaluation Options Telemetry",
        ["Checkpoints"] = "Abstractions Options Telemetry",
        ["Selection"] = "Abstractions Inference Corpora Evaluation Rewards",
        ["Training"] =
            "Abstractions Inference Corpora Evaluation Generation Discrimination Rollouts Rewards Selection Checkpoints Options Telemetry",
        ["Reporting"] = "Abstractions Inference Corpora Evaluation Training",
    };

    // False until every file has the namespace of its folder.
    private static readonly bool s_namespacesFollowFolders = true;

    // What nearly everyone uses is in the namespace SeqGan although it is in a folder.
    private static readonly string[] s_everybodys =
    [
        "SeqGanBuilder", "SeqGanOptions", "Corpus", "CorpusOptions", "SeqGanTrainer", "TrainingProgress", "TrainingPhase",
        "CompiledPolicy", "SequenceSampler", "SamplingOptions",
    ];

    // They put the others together and use all of them; nothing uses them.
    private static readonly string[] s_composing = ["Building", "DependencyInjection", "Orleans"];

    [Fact]
    public void Folders_Always_UseWhatThePlanSays()
    {
        ILookup<string, string> units = PackageSources.UnitsOfNames();
        var used = new HashSet<(string From, string To)>();
        var violations = new SortedSet<string>(StringComparer.Ordinal);
        foreach ((string package, string folder, SyntaxTree tree) in PackageSources.Files)
        {
            string from = PackageSources.UnitOf(package, folder);
            if (s_composing.Contains(from))
                continue;
            // Names that can only mean what is known already are skipped: to look up what a name means takes time.
            bool Matters(string name) => units[name].Any(to => to != from && !used.Contains((from, to)));
            foreach (INamedTypeSymbol type in PackageSources.TypesUsedBy(PackageSources.Packages[package], tree, Matters))
            {
                string to = PackageSources.UnitOf(type);
                if (s_uses.GetValueOrDefault(from, "").Split(' ').Contains(to))
                    used.Add((from, to));
                else if (to != from)
                    violations.Add($"{Path.GetFileName(tree.FilePath)} in '{from}' uses {type.Name} of '{to}'");
            }
        }

        violations.UnionWith(from folder in s_uses from other in folder.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            where !used.Contains((folder.Key, other)) select $"'{folder.Key}' does not use '{other}'");
        Assert.True(violations.Count == 0, string.Join(Environment.NewLine, violations));
    }

    [Fact]
    public void Folders_Always_HaveNoCycle()
    {
        var above = new List<string>();
        foreach (string folder in s_uses.Keys)
            Visit(folder);

        void Visit(string folder)
        {
            Assert.True(!above.Contains(folder), $"{string.Join(" uses ", above)} uses {folder}");
            above.Add(folder);
            foreach (string other in s_uses[folder].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                Visit(other);
            above.RemoveAt(above.Count - 1);
        }
    }

    [Fact]
    public void Sources_Compiled_KnowEveryName()
    {
        // Other errors come of the code that generators of the build add.
        string[] unknown = ["CS0103", "CS0234", "CS0246", "CS0400", "CS0012", "CS0518"];
        Assert.Empty(
            from package in PackageSources.Packages.Values
            from diagnostic in package.GetDeclarationDiagnostics()
            where unknown.Contains(diagnostic.Id)
            select diagnostic.ToString());
    }

    [Fact]
    public void Files_Always_HoldOnePublicTypeOfTheirName()
    {
        var types =
            from package in PackageSources.Packages.Values
            from type in PackageSources.PublicTypes(package)
            from reference in type.DeclaringSyntaxReferences
            select (File: Path.GetFileName(reference.SyntaxTree.FilePath), reference.SyntaxTree.FilePath, type.Name);
        Assert.Empty(
            from type in types
            group type.Name by (type.FilePath, type.File) into file
            where file.Count() > 1 || file.Single() != file.Key.File.Split('.')[0]
            select $"{file.Key.File} declares {string.Join(", ", file)}");
    }

    [Fact]
    public void Files_Always_HaveTheNamespaceOfTheirFolder()
    {
        var wrong = new List<string>();
        foreach ((string package, string folder, SyntaxTree tree) in PackageSources.Files)
        {
            // Extensions of services are in the namespace of what they extend.
            if (folder == "DependencyInjection")
                continue;
            string name = Path.GetFileName(tree.FilePath);
            bool isRoot = !s_namespacesFollowFolders || folder.Length == 0 || s_everybodys.Contains(name.Split('.')[0]);
            string expected = isRoot ? "SeqGan" : $"SeqGan.{folder}";
            string? actual = tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().SingleOrDefault()?.Name.ToString();
            if (actual is not null && actual != expected && actual != package)
                wrong.Add($"{name} has the namespace {actual}, not {expected}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void PublicTypes_Always_AreFew()
    {
        INamedTypeSymbol[] types =
        [
            .. PackageSources.Packages.Where(package => package.Key != "SeqGan.Conformance")
                .SelectMany(package => PackageSources.PublicTypes(package.Value)),
        ];

        Assert.InRange(types.Count(type => type.ContainingNamespace.ToString() == "SeqGan"), 1, 40);
        Assert.InRange(types.Length, 1, 125);
    }

    [Fact]
    public void Lines_Always_HaveAtMost140Characters()
    {
        IEnumerable<string> tooLong =
            from path in Files(PackageSources.Root)
            where Path.GetExtension(path) is ".cs" or ".md"
            from line in File.ReadLines(path).Select((text, index) => (text.Length, Number: index + 1))
            where line.Length > 140
            select $"{Path.GetRelativePath(PackageSources.Root, path)}({line.Number}) has {line.Length} characters";

        Assert.True(!tooLong.Any(), string.Join(Environment.NewLine, tooLong));
    }

    [Fact]
    public void Abstractions_Always_ReferenceTheFrameworkOnly()
    {
        Assert.All(typeof(IGenerator).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
        Assert.DoesNotContain("Reference Include", Project("SeqGan.Abstractions"), StringComparison.Ordinal);
    }

    [Fact]
    public void Inference_Always_ReferencesTheContractsOnly()
    {
        Assert.All(
            typeof(SequenceSampler).Assembly.GetReferencedAssemblies(),
            reference => Assert.True(reference.Name == "SeqGan.Abstractions"
                || reference.Name!.StartsWith("System.", StringComparison.Ordinal), reference.Name));
        Assert.DoesNotContain("PackageReference", Project("SeqGan.Inference"), StringComparison.Ordinal);
    }

    [Fact]
    public void Repository_Always_NamesNoPackageRegistry()
    {
        // In pieces, because this file is searched too.
        var registry = new Regex("://" + "[A-Za-z0-9.-]*" + "(nuget|npm|debian|pypi)", RegexOptions.IgnoreCase);
        string[] extensions = [".cs", ".csproj", ".props", ".targets", ".config", ".json", ".md", ".sln", ".txt", ".yml", ".xml",
            ".sh", ".py", ""];
        IEnumerable<string> sources = Files(PackageSources.Root).Where(path => extensions.Contains(Path.GetExtension(path)));
        Assert.DoesNotContain(sources, path => registry.IsMatch(File.ReadAllText(path)));
    }

    private static string Project(string name) => File.ReadAllText(Path.Combine(PackageSources.Root, "src", name, $"{name}.csproj"));

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder).Concat(
            from child in Directory.EnumerateDirectories(folder)
            where Path.GetFileName(child) is not ("bin" or "obj" or ".git" or "artifacts" or "TestResults" or "BenchmarkDotNet.Artifacts")
            from path in Files(child)
            select path);
}
