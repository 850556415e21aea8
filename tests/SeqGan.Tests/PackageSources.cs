using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SeqGan.Tests;

/// <summary>The packages of this repository, compiled from their sources to ask what uses what.</summary>
internal static class PackageSources
{
    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.Latest);
    private static readonly Lazy<SortedDictionary<string, CSharpCompilation>> s_packages = new(CompileAll);

    public static string Root { get; } = Documentation.RepositoryFiles.Root;

    /// <summary>Each package by its name.</summary>
    public static IReadOnlyDictionary<string, CSharpCompilation> Packages => s_packages.Value;

    /// <summary>The files that are written by hand, with the package and the folder in it ("" for its root).</summary>
    public static IEnumerable<(string Package, string Folder, SyntaxTree Tree)> Files =>
        from package in Packages
        from tree in package.Value.SyntaxTrees
        where !IsGenerated(tree)
        select (package.Key, FolderOf(tree), tree);

    /// <summary>The public types that are not nested in another.</summary>
    public static IEnumerable<INamedTypeSymbol> PublicTypes(CSharpCompilation package) =>
        TypesOf(package.Assembly.GlobalNamespace).Where(type => type.DeclaredAccessibility == Accessibility.Public);

    /// <summary>The types of the packages' sources that the file names, and those of the extension methods that it calls.</summary>
    /// <param name="package">The file's package.</param>
    /// <param name="tree">The file.</param>
    /// <param name="matters">Which names to look up.</param>
    public static IEnumerable<INamedTypeSymbol> TypesUsedBy(CSharpCompilation package, SyntaxTree tree, Func<string, bool> matters)
    {
        SemanticModel model = package.GetSemanticModel(tree);
        return tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => matters(name.Identifier.ValueText))
            .Select(name => Declaring(model.GetSymbolInfo(name).Symbol))
            .OfType<INamedTypeSymbol>()
            .Where(type => type.DeclaringSyntaxReferences.Length > 0);
    }

    /// <summary>Each name of a type or an extension method, with the units that declare one.</summary>
    public static ILookup<string, string> UnitsOfNames() => (
        from file in Files
        from name in file.Tree.GetRoot().DescendantNodes().Select(NameOf)
        where name is not null
        from written in name.EndsWith("Attribute", StringComparison.Ordinal) ? [name, name[..^"Attribute".Length]] : (string[])[name]
        select (Name: written, Unit: UnitOf(file.Package, file.Folder)))
        .Distinct().ToLookup(entry => entry.Name, entry => entry.Unit);

    /// <summary>The package, or the folder of SeqGan, that declares the type.</summary>
    public static string UnitOf(INamedTypeSymbol type) =>
        UnitOf(type.ContainingAssembly.Name, FolderOf(type.DeclaringSyntaxReferences[0].SyntaxTree));

    /// <summary>The folder for a file of SeqGan, the rest of the name for another package.</summary>
    public static string UnitOf(string package, string folder) => package == "SeqGan" ? folder : package["SeqGan.".Length..];

    private static string? NameOf(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        MethodDeclarationSyntax { ParameterList.Parameters: [{ Modifiers: var modifiers }, ..] } method
            when modifiers.Any(SyntaxKind.ThisKeyword) => method.Identifier.ValueText,
        _ => null,
    };

    private static INamedTypeSymbol? Declaring(ISymbol? symbol)
    {
        while (symbol is IArrayTypeSymbol array)
            symbol = array.ElementType;
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        return type?.OriginalDefinition;
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceSymbol space) =>
        space.GetTypeMembers().Concat(space.GetNamespaceMembers().SelectMany(TypesOf));

    private static bool IsGenerated(SyntaxTree tree) => Parts(tree) is [_, _, "obj", ..];

    private static string FolderOf(SyntaxTree tree) => Parts(tree) is [_, _, var folder, _, ..] ? folder : "";

    private static string[] Parts(SyntaxTree tree) => Path.GetRelativePath(Root, tree.FilePath).Split(Path.DirectorySeparatorChar);

    private static SortedDictionary<string, CSharpCompilation> CompileAll()
    {
        var packages = new SortedDictionary<string, CSharpCompilation>(StringComparer.Ordinal);
        foreach (string folder in Directory.GetDirectories(Path.Combine(Root, "src"))
            .Append(Path.Combine(Root, "tests", "SeqGan.Conformance")))
        {
            string name = Path.GetFileName(folder);
            if (name != "SeqGan.Tool")
                Compile(Path.Combine(folder, $"{name}.csproj"), packages);
        }

        return packages;
    }

    // With what the build generated: the implicit usings, and whom internal types are visible to.
    private static CSharpCompilation Compile(string project, SortedDictionary<string, CSharpCompilation> packages)
    {
        string name = Path.GetFileNameWithoutExtension(project), folder = Path.GetDirectoryName(project)!;
        if (packages.TryGetValue(name, out CSharpCompilation? known))
            return known;
        CSharpCompilation[] referenced =
        [
            .. XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Compile(Path.GetFullPath(Path.Combine(folder, (string)reference.Attribute("Include")!)), packages)),
        ];
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        string generated = Path.Combine(folder, "obj", output.Parent!.Name, output.Name);
        IEnumerable<string> sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(folder, path)
            .Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj" or "buildTransitive"))
            .Append(Path.Combine(generated, $"{name}.GlobalUsings.g.cs"))
            .Append(Path.Combine(generated, $"{name}.AssemblyInfo.cs"));
        return packages[name] = CSharpCompilation.Create(
            name,
            sources.Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), s_parsing, path)),
            [.. Platform(), .. packages.Where(package => IsReferenced(package.Value))
                .Select(package => package.Value.ToMetadataReference())],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

        // A reference brings what it references itself.
        bool IsReferenced(CSharpCompilation package) =>
            referenced.Contains(package) || referenced.Any(
                other => other.References.OfType<CompilationReference>().Any(reference => reference.Compilation == package));
    }

    private static IEnumerable<MetadataReference> Platform() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("SeqGan", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
