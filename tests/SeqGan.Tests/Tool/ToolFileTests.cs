using System.Diagnostics;
using System.IO.Compression;

namespace SeqGan.Tests;

/// <summary>Gives the command-line tool files that nobody prepared.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolFileTests : IDisposable
{
    private static readonly string[] s_briefly = ["--quick", "--epochs", "1", "--rounds", "0", "--hidden-size", "8"];
    private static readonly string[] s_names =
        [.. Enumerable.Range(0, 60).Select(i => $"{"abcdef"[i % 6]}{"ghijk"[i / 6 % 5]}{"xy"[i / 30]}")];
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.Combine("m.seqgan");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_Fasta_NeedsNoOption()
    {
        string file = Write("p.fasta", string.Concat(s_names.Select((name, i) => $">sp|{i}|\n{name}\n{name}\n")));

        string said = await TrainAsync(file);

        Assert.StartsWith("p.fasta: FASTA, 60 sequences.", said, StringComparison.Ordinal);
        var generated = await RunAsync("generate", Model, "-n", "20");
        Assert.DoesNotContain(">sp", generated.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_SeveralFilesOneOfThemPacked_ReadsAllAndSaysWhatTheyAre()
    {
        string first = Write("a.txt", string.Join('\r', s_names[..20]) + "\r"), second = _folder.Combine("b.txt.gz");
        await using (var packing = new StreamWriter(new GZipStream(File.Create(second), CompressionLevel.Fastest)))
            await packing.WriteAsync(string.Join('\n', s_names[20..]));

        string said = await TrainAsync(first, second);

        Assert.Contains("a.txt: lines, 20 sequences.", said, StringComparison.Ordinal);
        Assert.Contains("b.txt.gz: lines, gzip, 40 sequences.", said, StringComparison.Ordinal);
        Assert.Contains("60 sequences read, 60 kept", said, StringComparison.Ordinal);
        string third = Write("c.txt", string.Join('\n', s_names[..30].Select(name => name + "g")));
        var evaluated = await RunAsync("evaluate", Model, "--test", third, "--test", first, "-n", "20");
        Assert.True(evaluated.ExitCode == 0, evaluated.Error);
        Assert.Contains("c.txt: lines, 30 sequences.", evaluated.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_StandardInput_IsReadLikeAFile()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("There is no shell.");
        string file = Write(
            "t.csv", "id;name;kind\n" + string.Concat(s_names.Select((name, i) => $"{i};{name};{(i % 2 == 0 ? "a" : "b")}\n")));

        using Process process = BuiltProgram.StartInShell(
            "src/SeqGan.Tool", $"< '{file}' > /dev/null",
            ["train", "-", "--column", "name", "--label", "kind", "--model", Model, .. s_briefly]);
        string said = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, said);
        Assert.Contains("standard input: a table delimited by ';', column 'name', 60 sequences.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_OneEventARow_GroupsAndOrders()
    {
        string file = Write("long.csv", "session,step,event\n" + string.Concat(Enumerable.Range(0, 400).Select(i =>
            $"s{i / 4},{4 - (i % 4)},{(i % 4 == 3 ? "login" : i % 4 == 0 ? "logout" : i % 3 == 0 ? "view" : "buy")}\n")));

        string said = await TrainAsync(file, "--column", "event", "--group-by", "session", "--order-by", "step");

        Assert.Contains("100 sequences from 400 rows grouped by 'session', ordered by 'step' (numbers); each value is a token.", said,
            StringComparison.Ordinal);
        var prefixed = await RunAsync("generate", Model, "--prefix", "login", "-n", "5", "--json");
        Assert.Equal(0, prefixed.ExitCode);
        Assert.All(prefixed.Output.TrimEnd().Split('\n'), line => Assert.StartsWith("{\"text\":\"login", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("x.csv", "Kunde;Ereignisse;Segment\n1;a;b\n",
        "x.csv' is a table delimited by ';' with the columns 'Kunde' (numbers), 'Ereignisse' (text), 'Segment' (text); name the one with "
            + "the sequences with --column (and what joins the rows with --group-by, if a row is one event of a sequence), or use "
            + "--format lines to read each line as a sequence.")]
    [InlineData("x.jsonl", "{\"id\":\"a\",\"message\":{\"text\":\"b\"}}\n",
        "x.jsonl' is JSON Lines with the properties 'id' (text), 'message.text' (text); name the one with the sequences with --column")]
    [InlineData("x.json", "[{\"a\":1}]", "write one object a line")]
    [InlineData("x.csv", "id,text,text\n1,a,b\n", "name the one with the sequences with --column")]
    [InlineData("x.csv", "id,text,text\n1,a,b\n", "has 2 columns 'text', the columns 2 and 3; give the number", "--column", "text")]
    [InlineData("x.csv", "id,text\n1,5\" wide\n", "or set --skip-invalid (or --no-quotes, if quotes are text).", "--column", "text")]
    [InlineData("x.fa", ">a\n>b\n", "is FASTA without a sequence")]
    [InlineData("x.fa", ">a\nACG\n", "is FASTA, which has no columns; leave out the options about columns, or use --format.",
        "--column", "a")]
    [InlineData("x.csv", "s,d,e\na,1/2/2026,b\n", "or leave --order-by out if the rows are in order", "--column", "e", "--group-by", "s",
        "--order-by", "d")]
    public async Task Train_FileThatNeedsAnOption_NamesItAndWritesNothing(
        string name, string content, string message, params string[] arguments)
    {
        var run = await RunAsync(["train", Write(name, content), "--model", Model, .. arguments]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Options", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Model));
    }

    private string Write(string name, string content)
    {
        string path = _folder.Combine(name);
        File.WriteAllText(path, content);
        return path;
    }

    private async Task<string> TrainAsync(params string[] arguments)
    {
        var run = await RunAsync(["train", .. arguments, "--model", Model, .. s_briefly]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Error;
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);
}
