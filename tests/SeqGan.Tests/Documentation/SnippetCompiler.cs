using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SeqGan.Orleans;

namespace SeqGan.Tests.Documentation;

/// <summary>Compiles the C# of the documentation as a user's project would: implicit usings, nullable on, no internals.</summary>
internal static class SnippetCompiler
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    // A snippet that begins with the namespaces that it needs is complete; others may use what the packages have.
    private static readonly string s_packages = string.Join('\n', PublicNamespaces().Select(name => $"global using {name};"));

    // What a page has introduced before; a snippet's own variables of the same name hide them.
    private const string Surroundings = """
        using SeqGan;

        internal sealed partial class Snippet
        {
            private readonly string[] args = [];
            private readonly Corpus corpus = null!;
            private readonly SequenceFormat format = null!;
            private readonly SeqGanTrainer trainer = null!;
            private readonly SeqGanBuilder builder = null!;
            private readonly CancellationToken cancellationToken = default;
        }
        """;

    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] s_references =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <summary>The errors of a piece of code whose statements, if it has any, are in an asynchronous method.</summary>
    public static IEnumerable<string> FindErrors(string code)
    {
        CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit(code, options: s_parsing);
        IEnumerable<string> statements = unit.Members.OfType<GlobalStatementSyntax>().Select(statement => statement.ToFullString());
        IEnumerable<string> types = unit.Members.Where(member => member is not GlobalStatementSyntax).Select(type => type.ToFullString());
        string source = $$"""
            {{string.Concat(unit.Usings.Select(import => import.ToFullString()))}}
            internal sealed partial class Snippet
            {
                public async Task RunAsync()
                {
                    await Task.Yield();
                    {{string.Concat(statements)}}
                }
            }

            {{string.Concat(types)}}
            """;
        return Errors(unit.GetDiagnostics())
            .Concat(Errors(Compile(OutputKind.DynamicallyLinkedLibrary, UsingsOf(code), Surroundings, source).GetDiagnostics()));
    }

    /// <summary>A whole program as an assembly that can be run.</summary>
    public static Assembly CompileProgram(string code)
    {
        using var image = new MemoryStream();
        string[] errors = [.. Errors(Compile(OutputKind.ConsoleApplication, UsingsOf(code), code).Emit(image).Diagnostics)];
        return errors.Length == 0 ? Assembly.Load(image.ToArray()) : throw new InvalidOperationException(string.Join('\n', errors));
    }

    private static string UsingsOf(string code) =>
        code.StartsWith("using SeqGan;", StringComparison.Ordinal) ? Usings : Usings + s_packages;

    private static IEnumerable<string> PublicNamespaces() =>
        ((Type[])[typeof(IGenerator), typeof(SequenceSampler), typeof(SeqGanTrainer), typeof(HtmlReport), typeof(SubwordTokenizer),
            typeof(OnnxExport), typeof(OrleansRewardOptions)])
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .Select(type => type.Namespace!)
            .Where(name => name.StartsWith("SeqGan", StringComparison.Ordinal))
            .Distinct();

    private static CSharpCompilation Compile(OutputKind kind, params string[] sources) => CSharpCompilation.Create(
        "Snippet",
        sources.Select(source => CSharpSyntaxTree.ParseText(source, s_parsing)),
        s_references,
        new CSharpCompilationOptions(kind, nullableContextOptions: NullableContextOptions.Enable));

    private static IEnumerable<string> Errors(IEnumerable<Diagnostic> diagnostics) =>
        diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"{diagnostic.Id}: {diagnostic.GetMessage(null)} at '{LineOf(diagnostic.Location)}'");

    private static string? LineOf(Location location) =>
        location.SourceTree?.GetText().Lines[location.GetLineSpan().StartLinePosition.Line].ToString().Trim();
}
