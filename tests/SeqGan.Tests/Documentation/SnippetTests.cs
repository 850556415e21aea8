using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;

namespace SeqGan.Tests.Documentation;

public sealed class SnippetTests
{
    private const string Language = "csharp";

    public static TheoryData<string, int> Snippets =>
        [.. from page in RepositoryFiles.Pages
            from block in RepositoryFiles.Blocks(page)
            where block.Language == Language
            select new TheoryDataRow<string, int>(page, block.Line)];

    [Theory]
    [MemberData(nameof(Snippets))]
    public void Snippet_OfDocumentation_Compiles(string page, int line)
    {
        string code = RepositoryFiles.Blocks(page).Single(block => block.Line == line).Code;

        Assert.Empty(SnippetCompiler.FindErrors(code));
    }

    public static TheoryData<string, int> Examples =>
        [.. from member in DocumentedMembers()
            from example in member.Elements("example").Select((_, number) => number)
            select new TheoryDataRow<string, int>((string)member.Attribute("name")!, example)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_OfMember_Compiles(string name, int number)
    {
        XElement member = DocumentedMembers().Single(member => (string)member.Attribute("name")! == name);

        Assert.Empty(SnippetCompiler.FindErrors(member.Elements("example").ElementAt(number).Element("code")!.Value));
    }

    [Theory]
    [InlineData(typeof(SeqGanBuilder))]
    [InlineData(typeof(SeqGanTrainer))]
    [InlineData(typeof(SeqGanServiceCollectionExtensions))]
    [InlineData(typeof(Corpus))]
    [InlineData(typeof(CheckpointInfo))]
    [InlineData(typeof(CompiledPolicy))]
    [InlineData(typeof(HtmlReport))]
    [InlineData(typeof(IDiscriminator))]
    [InlineData(typeof(ISequenceScorer))]
    [InlineData(typeof(ITrainingObserver))]
    [InlineData(typeof(ModuleDiscriminator))]
    [InlineData(typeof(OnnxExport))]
    [InlineData(typeof(QualityDiversitySweep))]
    [InlineData(typeof(SamplingOptions))]
    [InlineData(typeof(Scorers))]
    [InlineData(typeof(SequenceSampler))]
    [InlineData(typeof(TokenConstraint))]
    public void Example_OfEverydayType_IsThere(Type type) =>
        Assert.Contains(DocumentedMembers(), member =>
            (string)member.Attribute("name")! == $"T:{type.FullName}" && member.Element("example") is not null);

    [Fact]
    public void Blocks_OfCSharp_NamesTheLanguageInOneWay()
    {
        string[] known = [Language, "bash", "json", "xml", "text", "math", "python", "fsharp", "yaml"];

        Assert.All(
            from page in RepositoryFiles.Pages from block in RepositoryFiles.Blocks(page) select (page, block.Line, block.Language),
            block => Assert.Contains(block.Language, known));
    }

    [Fact]
    public void FindErrors_UnknownMember_NamesIt() =>
        Assert.Contains("Trian", Assert.Single(SnippetCompiler.FindErrors("await trainer.TrianAsync();")), StringComparison.Ordinal);

    [Fact]
    public async Task Readme_Quickstart_GeneratesNames()
    {
        string code = RepositoryFiles.Blocks("README.md").First(block => block.Language == Language).Code;
        Assert.Contains("Rounds = 20", code, StringComparison.Ordinal);
        string shortened = code.Replace("Rounds = 20", "Rounds = 2", StringComparison.Ordinal);
        Func<string[], Task> main = Entry(SnippetCompiler.CompileProgram(shortened));
        using var folder = new TemporaryFolder();
        await File.WriteAllLinesAsync(folder.Combine("names.txt"), Names());
        using var output = new StringWriter();
        (string before, TextWriter console) = (Environment.CurrentDirectory, Console.Out);
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            Console.SetOut(TextWriter.Synchronized(output));
            await main([]);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = before;
        }

        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("80 sequences read, 80 kept: 72 to train on, 8 held out.", lines[1]);
        Assert.Contains(lines, line => line.StartsWith("Adversarial", StringComparison.Ordinal));
        Assert.Contains(lines.Skip(1),
            line => !Enum.GetNames<TrainingPhase>().Any(phase => line.StartsWith(phase, StringComparison.Ordinal)));
    }

    // What the compiler wrote beside the assemblies, for the editors of those who use them.
    private static IEnumerable<XElement> DocumentedMembers() =>
        Directory.GetFiles(AppContext.BaseDirectory, "SeqGan*.xml")
            .SelectMany(path => XDocument.Load(path).Descendants("member"));

    private static Func<string[], Task> Entry(System.Reflection.Assembly program) => arguments =>
    {
        // The compiler's entry point blocks; the method that it calls is the program's own.
        Type type = program.EntryPoint!.DeclaringType!;
        System.Reflection.MethodInfo main =
            type.GetMethod("<Main>$", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!;
        return (Task)main.Invoke(null, [arguments])!;
    };

    private static IEnumerable<string> Names() =>
        from first in (string[])["an", "be", "ca", "do", "el", "fi", "ga", "ho"]
        from last in (string[])["na", "ra", "lo", "mi", "sa", "to", "vi", "ne", "ka", "du"]
        select first + last;
}
