namespace SeqGan.Tests;

/// <summary>Gives the command-line tool arguments that cannot be meant.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class ToolArgumentTests
{
    [Theory]
    [InlineData("--count is '1.5'; it must be a whole number from 1 to", "generate", "m.seqgan", "-n", "1.5")]
    [InlineData("--count is '99999999999'; it must be a whole number from 1 to", "generate", "m.seqgan", "-n", "99999999999")]
    [InlineData("--temperature is 'abc'; it must be a number", "generate", "m.seqgan", "--temperature", "abc")]
    [InlineData("--temperature is '0,8'; it must be a number, with a decimal point, from 0.001 to 1000", "generate", "m.seqgan",
        "--temperature", "0,8")]
    [InlineData("--temperature is NaN; it must be from", "generate", "m.seqgan", "--temperature", "NaN")]
    [InlineData("--top-k is 'many'", "generate", "m.seqgan", "--top-k", "many")]
    [InlineData("--seed is '-1'", "generate", "m.seqgan", "--seed", "-1")]
    [InlineData("--epochs is 'x'; it must be a whole number", "train", "names.txt", "--model", "m.seqgan", "--epochs", "x")]
    [InlineData("--minutes decides how many epochs there are", "train", "names.txt", "--model", "m.seqgan", "--minutes", "1", "--epochs",
        "2", "--resume")]
    [InlineData("--held-out is '1,0'", "train", "names.txt", "--model", "m.seqgan", "--held-out", "1,0")]
    [InlineData("--count is 'x'", "evaluate", "m.seqgan", "--test", "names.txt", "-n", "x")]
    [InlineData("'abc'", "evaluate", "m.seqgan", "--test", "names.txt", "--sweep=abc", "--plot", "p.png")]
    [InlineData("--plot belongs to --sweep", "evaluate", "m.seqgan", "--test", "names.txt", "--plot", "p.png")]
    [InlineData("FILE is empty", "train", "", "--model", "m.seqgan")]
    [InlineData("--model is empty", "train", "names.txt", "--model", "")]
    [InlineData("--report is empty", "train", "names.txt", "--model", "m.seqgan", "--report", " ")]
    [InlineData("--column is empty", "train", "names.csv", "--model", "m.seqgan", "--column", "")]
    [InlineData("--delimiter is '::'; it must be one character", "train", "names.csv", "--model", "m.seqgan", "--column", "a",
        "--delimiter", "::")]
    [InlineData("--format is 'xml'; it must be one of lines, fasta, smiles, delimited, json-lines", "train", "names.csv", "--model",
        "m.seqgan", "--format", "xml")]
    [InlineData("--order-by is 'time', but --group-by is not given", "train", "names.csv", "--model", "m.seqgan", "--order-by", "time")]
    [InlineData("is standard input, which is read alone", "train", "-", "names.csv", "--model", "m.seqgan")]
    [InlineData("A column is 'text', but --no-header is given", "train", "names.csv", "--model", "m.seqgan", "--column", "text",
        "--no-header")]
    public async Task Run_ValueThatCannotBeMeant_SaysWhatWouldBeRight(string message, params string[] arguments)
    {
        var run = await BuiltProgram.RunAsync("src/SeqGan.Tool", arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FolderAsModel_SaysThatItIsOne()
    {
        using var folder = new TemporaryFolder();

        var run = await BuiltProgram.RunAsync("src/SeqGan.Tool", "info", folder.FullName);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"'{folder.FullName}' is a folder", run.Error, StringComparison.Ordinal);
    }
}
