using SeqGan.Training;
using SeqGan;

namespace Hosting;

/// <summary>Trains in the background until it is done, or the host stops.</summary>
internal sealed partial class TrainingWorker(SeqGanTrainer trainer, Snapshots snapshots, ILogger<TrainingWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        snapshots.IsTraining = true;
        try
        {
            TrainingResult result = await trainer.TrainAsync(cancellationToken: stoppingToken);
            LogTrained(logger, result.Steps, result.Elapsed);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped(logger, trainer.LatestCheckpoint?.Path);
        }
        catch (Exception error)
        {
            snapshots.Failure = error; // The host stops: a service that learns no more should be seen.
            throw;
        }
        finally
        {
            snapshots.IsTraining = false;
        }
    }

    [LoggerMessage(LogLevel.Information, "Trained {Steps} steps in {Elapsed}; the last policy is served on.")]
    private static partial void LogTrained(ILogger logger, long steps, TimeSpan elapsed);

    [LoggerMessage(LogLevel.Information, "Stopped; saved {Checkpoint}.")]
    private static partial void LogStopped(ILogger logger, string? checkpoint);
}
