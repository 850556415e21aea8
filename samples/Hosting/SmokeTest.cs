using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SeqGan;

namespace Hosting;

/// <summary>Asks the running service over HTTP until it has generated something, while it trains, and then stops it.</summary>
internal sealed class SmokeTest(IServer server, SeqGanTrainer trainer, IHostApplicationLifetime lifetime) : BackgroundService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(45);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Environment.ExitCode = 1;
        await Task.Run(lifetime.ApplicationStarted.WaitHandle.WaitOne, stoppingToken);
        using var http = new HttpClient { BaseAddress = new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        impatience.CancelAfter(s_patience);
        try
        {
            string[] generated = await AskAsync(http, impatience.Token);
            string streamed = await http.GetStringAsync("stream?count=3&temperature=0.7", impatience.Token);
            if (trainer.LatestTraining is { IsCompleted: false } && generated.Length == 3 && streamed.Count('\n') == 3)
                Environment.ExitCode = 0;
            Console.WriteLine($"GET /generate, while it trains: {string.Join(", ", generated)}");
            Console.WriteLine($"GET /stream, while it trains: {streamed.TrimEnd().Replace("\n", ", ", StringComparison.Ordinal)}");
            Console.WriteLine($"GET /progress: {await http.GetStringAsync("progress", impatience.Token)}");
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            Console.Error.WriteLine($"There was no answer within {s_patience.TotalSeconds} seconds.");
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    private static async Task<string[]> AskAsync(HttpClient http, CancellationToken cancellationToken)
    {
        while (true)
        {
            using HttpResponseMessage answer = await http.GetAsync("generate?count=3&temperature=0.7", cancellationToken);
            if (answer.IsSuccessStatusCode)
                return (await answer.Content.ReadFromJsonAsync<string[]>(cancellationToken))!;
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancellationToken);
        }
    }
}
