using System.Text.Json;
using SeqGan.Tests.Documentation;

namespace SeqGan.Tests;

/// <summary>Labels on the command line, as docs/tool.md shows them.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolLabelTests : IDisposable
{
    private static readonly string[] s_business =
        ["login report export logout", "login report report logout", "login upload report logout", "login report export report logout"];
    private static readonly string[] s_private =
        ["login search view buy", "login search search view", "login search view view buy", "login search cart buy"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_OfTheDocumentation_TrainAskAndMeasureByLabel()
    {
        await WriteAsync("sessions.csv", 0);
        await WriteAsync("more-sessions.csv", 400, extra: 1);
        string[][] commands =
        [
            .. RepositoryFiles.Blocks("docs/tool.md").Single(block => block.Code.Contains("--label segment", StringComparison.Ordinal)).Code
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Arguments),
        ];
        Assert.Equal(["train", "generate", "evaluate"], commands.Select(command => command[0]));

        var trained = await RunAsync([.. commands[0], "--quick", "--rounds", "1", "--json"]);
        Assert.True(trained.ExitCode == 0, trained.Error);
        Assert.Contains("2 labels: ", trained.Error, StringComparison.Ordinal);
        using JsonDocument summary = JsonDocument.Parse(trained.Output);
        Assert.InRange(summary.RootElement.GetProperty("corpus").GetProperty("labels").GetProperty("business").GetInt32(), 1, 400);

        var generated = await RunAsync(commands[1]);
        Assert.True(generated.ExitCode == 0, generated.Error);
        string[] lines = generated.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(100, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("login search", line, StringComparison.Ordinal));
        var business = await RunAsync("generate", Model, "--label", "business", "-n", "200");
        Assert.InRange(business.Output.TrimEnd('\n').Split('\n')
            .Count(line => line.Contains("logout", StringComparison.Ordinal)), 180, 200);

        var quality = await RunAsync([.. commands[2], "-n", "100", "--json"]);
        Assert.True(quality.ExitCode == 0, quality.Error);
        using JsonDocument figures = JsonDocument.Parse(quality.Output);
        Assert.InRange(figures.RootElement.GetProperty("nll_test").GetDouble(), 0.01, 5);

        // Labels stay with their sequences where others are left out: the order of the lines does not matter.
        string[] known = await File.ReadAllLinesAsync(_folder.Combine("sessions.csv"), TestContext.Current.CancellationToken);
        string[] fresh = await File.ReadAllLinesAsync(_folder.Combine("more-sessions.csv"), TestContext.Current.CancellationToken);
        string[] mixed = [.. known[1..100].Where(line => line.EndsWith("private", StringComparison.Ordinal)), .. fresh[1..]];
        double[] likelihoods = [await LikelihoodAsync([known[0], .. mixed]), await LikelihoodAsync([known[0], .. mixed.Reverse()])];
        Assert.Equal(likelihoods[0], likelihoods[1], 1e-4);

        var info = await RunAsync("info", Model);
        Assert.Matches(@"labels +'business' \(\d+(\.\d)?%\), 'private' \(\d+(\.\d)?%\)", info.Output);

        foreach ((string message, string[] arguments) in new (string, string[])[]
        {
            ("There is no label 'gold'; the labels are 'business', 'private'.", ["generate", Model, "--label", "gold"]),
            ("The vocabulary has no token 'fly'.", ["generate", Model, "--prefix", "login fly"]),
            ("The model has 2 labels: name the column or property that has those of",
                ["evaluate", Model, "--test", _folder.Combine("more-sessions.csv"), "--column", "events"]),
        })
        {
            var refused = await RunAsync(arguments);
            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Train_LabelsForSomeRowsOnly_SaysHowManyAndTheOption()
    {
        string path = _folder.Combine("some.csv");
        await File.WriteAllTextAsync(path, "events,segment\nlogin buy,a\nlogin,\nlogin view,b\n", TestContext.Current.CancellationToken);

        var run = await RunAsync("train", path, "--column", "events", "--label", "segment", "--model", Model);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(
            "1 of 3 sequences have no label. The first is line 3: the column 'segment' is empty; give each sequence a label, or set "
                + "--skip-invalid.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_LabelWithoutAColumn_SaysWhatIsMissing()
    {
        string path = _folder.Combine("lines.txt");
        await File.WriteAllTextAsync(path, "login buy\nlogin view\n", TestContext.Current.CancellationToken);

        var run = await RunAsync("train", path, "--label", "segment", "--model", Model);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has no column 'segment'; there is 'login buy'", run.Error, StringComparison.Ordinal);
    }

    private string Model => _folder.Combine("sessions.seqgan");

    private async Task<double> LikelihoodAsync(string[] lines)
    {
        string test = _folder.Combine("mixed.csv");
        await File.WriteAllLinesAsync(test, lines, TestContext.Current.CancellationToken);
        var run = await RunAsync("evaluate", Model, "--test", test, "--column", "events", "--label", "segment", "-n", "50", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument figures = JsonDocument.Parse(run.Output);
        return figures.RootElement.GetProperty("nll_test").GetDouble();
    }

    // A shell's words, without the program; files are in the test's folder.
    private string[] Arguments(string line) =>
    [
        .. line.Split('"').SelectMany((part, index) => index % 2 == 1 ? [part]
        : part.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Skip(1)
            .Select(word => Path.GetExtension(word) is ".csv" or ".seqgan" ? _folder.Combine(word) : word),
    ];

    // The last word makes sequences differ.
    private Task WriteAsync(string name, int first, int extra = 0) => File.WriteAllLinesAsync(
        _folder.Combine(name),
        ["id,events,segment", .. Enumerable.Range(first, 400).Select(i => i % 2 == 0
            ? $"{i},{s_business[i / 2 % 4]}{Repeated(" report", i, extra)}{(i / 24 % 2 == 0 ? " logout" : " logout help")},business"
            : $"{i},{s_private[i / 2 % 4]}{Repeated(" view", i, extra)}{(i / 24 % 2 == 0 ? " buy" : " cart")},private")],
        TestContext.Current.CancellationToken);

    private static string Repeated(string word, int number, int extra) => string.Concat(Enumerable.Repeat(word, number / 8 % 3 + extra));

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
}
