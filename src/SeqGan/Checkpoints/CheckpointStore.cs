using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>A folder of checkpoints that one training writes: drafts in, durable checkpoints out, in the background.</summary>
internal sealed class CheckpointStore : IDisposable
{
    /// <summary>Takes the folder; what an earlier process left half-written is removed.</summary>
    /// <exception cref="CheckpointException">The folder cannot be made or written to, or another training writes to it.</exception>
    public static CheckpointStore Open(CheckpointOptions options, ILogger logger) => throw new NotImplementedException();

    /// <summary>Whether an earlier draft is still being written.</summary>
    public bool IsBusy => throw new NotImplementedException();

    /// <summary>A draft to be filled and handed to <see cref="WriteAsync"/>; its memory is that of the one before. Not while <see cref="IsBusy"/>.</summary>
    public CheckpointDraft Begin() => throw new NotImplementedException();

    /// <summary>Writes a draft in the background. The task completes when it would survive a loss of power.</summary>
    /// <exception cref="CheckpointException">(of the task) It cannot be written; earlier ones are untouched.</exception>
    public Task<CheckpointInfo> WriteAsync(CheckpointDraft draft, CheckpointHeader header) => throw new NotImplementedException();

    /// <summary>Waits until nothing is being written.</summary>
    public Task WhenIdleAsync() => throw new NotImplementedException();

    /// <summary>Waits until nothing is being written, and gives the folder free.</summary>
    public void Dispose() => throw new NotImplementedException();
}
