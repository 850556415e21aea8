using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Runs the OracleExperiment as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class OracleExperimentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("There is no argument '--smoke'", "--smoke")]
    [InlineData("--preset is 'tiny'; it must be smoke, fast, paper.", "--preset", "tiny")]
    [InlineData("--preset needs a value.", "--preset")]
    [InlineData("--runs is '0'; it must be a whole number from 1 to 1000.", "--runs", "0")]
    [InlineData("--start-token is 200; with --preset smoke it must be a whole number from 0 to 199.", "--start-token", "200",
        "--preset", "smoke")]
    [InlineData("--oracle is 'no-such-file'; there is no such file.", "--oracle", "no-such-file")]
    [InlineData("there is no such folder.", "--plot", "no-such-folder/curve.png")]
    public async Task Run_BadArguments_SaysSoInOneLine(string message, params string[] arguments) =>
        AssertRefused(2, message, await RunAsync(arguments));

    [Fact]
    public async Task Run_OracleIsNoWeights_NamesTheFile()
    {
        string path = _folder.Combine("oracle.safetensors");
        File.WriteAllText(path, "no weights");

        AssertRefused(1, path, await RunAsync("--preset", "smoke", "--oracle", path));
    }

    [Fact]
    public async Task Run_SmokePreset_PrintsBothFiguresOfEachGeneratorAndDrawsTheCurves()
    {
        string plot = _folder.Combine("curve.png");

        var run = await RunAsync("--preset", "smoke", "--sweep", "--json", "--plot", plot);

        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument json = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]);
        foreach (string metric in new[] { "nll_oracle", "nll_test" })
        {
            foreach (string generator in new[] { "random", "mle", "mle_best", "mle_best_t0.8", "scheduled_sampling", "pg_bleu", "constant",
                "seqgan_paper", "seqgan" })
                Assert.InRange(json.RootElement.GetProperty(metric).GetProperty(generator).GetDouble(), 1, 12);
        }

        JsonElement oracle = json.RootElement.GetProperty("nll_oracle");
        Assert.True(oracle.GetProperty("mle").GetDouble() < oracle.GetProperty("random").GetDouble());
        foreach (string generator in new[] { "random", "mle", "scheduled_sampling", "pg_bleu", "constant", "seqgan" })
            Assert.Equal(oracle.GetProperty(generator).GetDouble(),
                json.RootElement.GetProperty(generator).GetProperty("nll_oracle").GetDouble());
        foreach (string curve in new[] { "mle", "seqgan" })
        {
            JsonElement[] points = [.. json.RootElement.GetProperty("sweep").GetProperty(curve).EnumerateArray()];
            Assert.True(points.Length > 5);
            Assert.Equal(points.Select(point => point.GetProperty("temperature").GetDouble()).Order(),
                points.Select(point => point.GetProperty("temperature").GetDouble()));
            Assert.True(points[0].GetProperty("nll_oracle").GetDouble() < points[^1].GetProperty("nll_oracle").GetDouble());
        }

        foreach (string path in new[] { plot, _folder.Combine("curve-sweep.png") })
            Assert.Equal<byte>([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
    }

    internal static void AssertRefused(int exitCode, string message, (int ExitCode, string Output, string Error) run)
    {
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    internal static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        BuiltProgram.RunAsync("samples/OracleExperiment", arguments);
}

/// <summary>Takes turns with the tests of this process, because it creates tensors.</summary>
public sealed class OracleExperimentWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_OracleOfAnotherVocabulary_NamesBothShapes()
    {
        string path = _folder.Combine("oracle.safetensors");
        using (RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(new SequenceFormat(300, 10), seed: 1))
            oracle.SaveWeights(path);

        var run = await OracleExperimentTests.RunAsync("--preset", "smoke", "--oracle", path);

        OracleExperimentTests.AssertRefused(1, "[300, 32]", run);
        Assert.Contains("[200, 32]", run.Error, StringComparison.Ordinal);
    }
}
