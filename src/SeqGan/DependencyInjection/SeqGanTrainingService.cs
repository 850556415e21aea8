using Microsoft.Extensions.Hosting;
using SeqGan;
using SeqGan.Telemetry;
using SeqGan.Training;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Trains while the host runs; see <see cref="SeqGanServiceCollectionExtensions.AddSeqGanTraining"/>.</summary>
internal sealed class SeqGanTrainingService(IServiceProvider services, string? serviceKey, bool stopsHost) : BackgroundService
{
    private readonly CancellationTokenSource _stop = new();
    private SeqGanTrainer? _trainer;
    private Task<TrainingResult>? _training;
    private bool _isDisposed;

    /// <summary>Makes the trainer, so that what is wrong with it fails the host's start, and starts the training.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _trainer = serviceKey is null ? services.GetService<SeqGanTrainer>() : services.GetKeyedService<SeqGanTrainer>(serviceKey);
        if (_trainer is null)
        {
            (string trainer, string remedy) = serviceKey is null
                ? ("", nameof(SeqGanServiceCollectionExtensions.AddSeqGan))
                : ($" with the key '{serviceKey}'", nameof(SeqGanServiceCollectionExtensions.AddKeyedSeqGan));
            throw new InvalidOperationException($"There is no {nameof(SeqGanTrainer)}{trainer} to train: call {remedy}.");
        }

        _training = _trainer.TrainAsync(cancellationToken: _stop.Token);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _stop.Cancel();
        _stop.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            TrainingResult result = await _training!.ConfigureAwait(false);
            Log.HostedTrainingEnded(_trainer!.Components.Logger, result.Steps, result.Elapsed);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The trainer has logged that it was cancelled, and the checkpoint that it wrote.
            return;
        }
        catch (Exception error) when (stopsHost)
        {
            // Also where the host ignores that a service fails: it has nothing more to do. It may be gone before it logs the failure.
            Log.HostedTrainingFailed(_trainer!.Components.Logger, error);
            services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            throw;
        }

        if (stopsHost)
            services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
    }
}
