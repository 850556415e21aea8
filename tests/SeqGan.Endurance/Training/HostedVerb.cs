using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SeqGan.Endurance.Training;

/// <summary>The same training as a service of the generic host, which a signal stops.</summary>
internal static class HostedVerb
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(line).AddHostedService<Service>();
        using IHost host = builder.Build();
        await host.RunAsync();
        return 0;
    }

    private sealed class Service(CommandLine line, IHostApplicationLifetime lifetime) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await ChildVerb.RunAsync(line, stoppingToken);
            lifetime.StopApplication();
        }
    }
}
