using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>What SeqGan logs. Event ids stay what they are.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Phase} starts: {Rounds} rounds of {Steps} steps")]
    public static partial void PhaseStarted(ILogger logger, string phase, int rounds, long steps);

    [LoggerMessage(2, LogLevel.Information, "{Phase} ended after {Elapsed}")]
    public static partial void PhaseEnded(ILogger logger, string phase, TimeSpan elapsed);

    [LoggerMessage(3, LogLevel.Information, "{Progress}")]
    public static partial void RoundEnded(ILogger logger, object progress);

    [LoggerMessage(4, LogLevel.Information, "{Phase} {Round}: {Metric} = {Value}")]
    public static partial void Evaluated(ILogger logger, string phase, int round, string metric, double value);

    [LoggerMessage(5, LogLevel.Information, "{Phase} {Round}: the discriminator stops, its held-out accuracy {Accuracy} has not improved for {Patience} epochs")]
    public static partial void PatienceExhausted(ILogger logger, string phase, int round, double accuracy, int patience);

    [LoggerMessage(6, LogLevel.Debug, "{Phase} {Round}: scorer '{Scorer}' did not apply {Count} times; these scores were left out")]
    public static partial void ScoresNotApplicable(ILogger logger, string phase, int round, string scorer, long count);

    [LoggerMessage(7, LogLevel.Error, "{Phase} diverged at step {Step}: the {Quantity} is {Value}")]
    public static partial void Diverged(ILogger logger, string phase, long step, string quantity, double value);

    [LoggerMessage(8, LogLevel.Information, "Training was cancelled in {Phase} after step {Step}; what was learnt stays")]
    public static partial void Cancelled(ILogger logger, string phase, long step);

    [LoggerMessage(9, LogLevel.Information, "{Phase} {Round}: discriminator '{Discriminator}' does not train; if it should, see that its module registers its parameters")]
    public static partial void DiscriminatorDoesNotTrain(ILogger logger, string phase, int round, string discriminator);

    [LoggerMessage(20, LogLevel.Information, "Checkpoint {Path} of step {Step} is written: {Bytes} bytes in {Elapsed}")]
    public static partial void CheckpointWritten(ILogger logger, string path, long step, long bytes, TimeSpan elapsed);

    [LoggerMessage(21, LogLevel.Error, "No checkpoint of step {Step}: {Reason}")]
    public static partial void CheckpointFailed(ILogger logger, long step, string reason, Exception exception);

    [LoggerMessage(22, LogLevel.Warning, "Checkpoint {Path} is passed over, and kept: {Reason}")]
    public static partial void CheckpointSkipped(ILogger logger, string path, string reason);

    [LoggerMessage(23, LogLevel.Warning, "{Path} is no longer needed, and could not be removed: {Reason}")]
    public static partial void CheckpointNotRemoved(ILogger logger, string path, string reason);
}
