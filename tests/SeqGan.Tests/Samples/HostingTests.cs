using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SeqGan.Tests;

/// <summary>Runs the hosting sample as a user does, and talks to it over HTTP.</summary>
[Collection(nameof(OtherPrograms))]
public sealed partial class HostingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Smoke_AnswersWhileItTrainsAndShowsMetrics()
    {
        var run = await BuiltProgram.RunAsync("samples/Hosting", "--smoke");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("GET /generate, while it trains: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("GET /stream, while it trains: \"", run.Output, StringComparison.Ordinal);
        Assert.Contains("Metric Name: seqgan.training.steps", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_DuringTraining_AnswersGoodRequestsAndRefusesBadOnes()
    {
        await using Service service = await Service.StartAsync(
            _folder.Combine("checkpoints"), "--SeqGan:Generator:HiddenSize=8", "--SeqGan:Training:AdversarialRounds=1000000");
        using HttpResponseMessage first = await service.UntilReadyAsync("generate?count=4&seed=7&temperature=0.8");

        string[] generated = (await first.Content.ReadFromJsonAsync<string[]>(Token))!;
        using HttpResponseMessage prefixed = await service.Http.GetAsync("generate?prefix=Get", Token);
        using JsonDocument progress = JsonDocument.Parse(await service.Http.GetStringAsync("progress", Token));

        Assert.Equal(4, generated.Length);
        Assert.All((await prefixed.Content.ReadFromJsonAsync<string[]>(Token))!,
            text => Assert.StartsWith("Get", text, StringComparison.Ordinal));
        Assert.True(progress.RootElement.GetProperty("isTraining").GetBoolean());
        Assert.Equal("healthy", await service.Http.GetStringAsync("healthz", Token));
        await AssertRefusedAsync(service, "generate?count=0", "count is '0'; it must be a whole number from 1 to 1000.");
        await AssertRefusedAsync(service, "generate?temperature=hot", "temperature is 'hot'; it must be a number from 0.05 to 10.");
        await AssertRefusedAsync(service, "generate?temperature=NaN", "temperature is 'NaN'");
        await AssertRefusedAsync(service, "generate?seed=-1", "seed is '-1'; it must be a whole number, at least 0.");
        await AssertRefusedAsync(service, "generate?cuont=3", "There is no parameter cuont; there are count, temperature, seed, prefix.");
        await AssertRefusedAsync(service, "generate?prefix=%E2%98%83", "prefix");
    }

    [Fact]
    public async Task Stream_DuringTraining_SendsALineForEachSequenceAsItIsDrawn()
    {
        await using Service service = await Service.StartAsync(
            _folder.Combine("checkpoints"), "--SeqGan:Generator:HiddenSize=8", "--SeqGan:Training:AdversarialRounds=1000000");
        using HttpResponseMessage ready = await service.UntilReadyAsync("stream?count=3&seed=7&prefix=Get");

        Assert.Equal("application/x-ndjson", ready.Content.Headers.ContentType!.ToString());
        string[] lines = (await ready.Content.ReadAsStringAsync(Token)).TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("Get", JsonSerializer.Deserialize<string>(line), StringComparison.Ordinal));

        // The first of ten million arrives long before the last; a client that goes away leaves the service as it is.
        using (HttpResponseMessage endless = await service.Http.GetAsync(
            "stream?count=10000000", HttpCompletionOption.ResponseHeadersRead, Token))
        {
            using var reader = new StreamReader(await endless.Content.ReadAsStreamAsync(Token));
            Assert.StartsWith("\"", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
        }

        await AssertRefusedAsync(service, "stream?count=10000001", "count is '10000001'; it must be a whole number from 1 to 10000000.");
        await AssertRefusedAsync(service, "stream?prefix=%E2%98%83", "prefix");
        Assert.Equal("healthy", await service.Http.GetStringAsync("healthz", Token));
        Assert.Equal((0, ""), await service.TerminateAsync());
    }

    [Fact]
    public async Task Terminate_BeforeTheFirstRoundHasEnded_AnswersLaterAndSaves()
    {
        string checkpoints = _folder.Combine("checkpoints");
        await using Service service = await Service.StartAsync(
            checkpoints, "--SeqGan:Generator:HiddenSize=128", "--SeqGan:Training:BatchSize=2");

        using HttpResponseMessage early = await service.Http.GetAsync("generate", Token);
        (int exitCode, string error) = await service.TerminateAsync();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(2)), (early.StatusCode, early.Headers.RetryAfter?.Delta));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.NotEmpty(CheckpointInfo.List(checkpoints));
    }

    [Fact]
    public async Task Run_MisspeltOption_GivesTheNearestName()
    {
        var run = await BuiltProgram.RunAsync("samples/Hosting", "--urls", "http://127.0.0.1:0", "--SeqGan:Training:BatchSze=8");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("SeqGan:Training:BatchSze sets nothing", run.Error, StringComparison.Ordinal);
        Assert.Contains("the nearest is BatchSize.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OptionsOutOfRange_NamesThemAll()
    {
        var run = await BuiltProgram.RunAsync(
            "samples/Hosting", "--urls", "http://127.0.0.1:0", "--SeqGan:Training:BatchSize=1", "--SeqGan:Rewards:SamplesPerPrefix=0");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("BatchSize is 1; it must be in [2, 1048576].", run.Error, StringComparison.Ordinal);
        Assert.Contains("SamplesPerPrefix is 0; it must be in [1, 65536].", run.Error, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(Service service, string path, string message)
    {
        using HttpResponseMessage answer = await service.Http.GetAsync(path, Token);
        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(problem.RootElement.GetProperty("errors").EnumerateObject(),
            error => $"{error.Name} {error.Value[0].GetString()}".Contains(message, StringComparison.Ordinal));
    }

    private sealed partial class Service : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly Task<string> _error;

        private Service(Process process, Uri address)
        {
            _process = process;
            _error = process.StandardError.ReadToEndAsync(Token);
            Http = new HttpClient { BaseAddress = address };
        }

        public HttpClient Http { get; }

        public static async Task<Service> StartAsync(string checkpoints, params string[] arguments)
        {
            Process process = BuiltProgram.Start(
                "samples/Hosting", ["--urls", "http://127.0.0.1:0", $"--SeqGan:Checkpoints:ResumeFrom={checkpoints}",
                    "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", .. arguments]);
            while (await process.StandardOutput.ReadLineAsync(Token) is { } line)
            {
                if (Listening().Match(line) is not { Success: true } match)
                    continue;
                _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None); // Or it would wait for somebody to read.
                return new Service(process, new Uri(match.Groups["address"].Value));
            }

            throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(Token));
        }

        public async Task<HttpResponseMessage> UntilReadyAsync(string path)
        {
            while (true)
            {
                HttpResponseMessage answer = await Http.GetAsync(path, Token);
                if (answer.IsSuccessStatusCode)
                    return answer;
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                answer.Dispose();
                await Task.Delay(100, Token);
            }
        }

        public async Task<(int ExitCode, string Error)> TerminateAsync()
        {
            using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(Token);
            return (_process.ExitCode, await _error);
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
                _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            Http.Dispose();
            _process.Dispose();
        }

        [GeneratedRegex("listening on: (?<address>http://[^ ]+)")]
        private static partial Regex Listening();
    }
}
