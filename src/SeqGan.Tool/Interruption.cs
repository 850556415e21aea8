using System.Runtime.InteropServices;

namespace SeqGan.Tool;

/// <summary>The wish that the program ends: by Ctrl+C, by the system, or because the terminal closes.</summary>
internal sealed class Interruption(TimeProvider clock) : IDisposable
{
    /// <summary>Signals within this time are one wish: <c>timeout</c> signals a program and then its group, and keys repeat.</summary>
    public static readonly TimeSpan OneWish = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource _wished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private volatile string? _announcement;
    private long? _since;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Completes with the first signal.</summary>
    public Task Wished => _wished.Task;

    /// <summary>What is said when the work ends because of it.</summary>
    public string Farewell { get; set; } = "Interrupted.";

    /// <summary>Whether the work, when cancelled, has something to finish.</summary>
    public bool MustFinish => _announcement is not null;

    /// <summary>From here on the work has something to finish when it is cancelled.</summary>
    /// <param name="announcement">What the first signal is answered with.</param>
    /// <exception cref="OperationCanceledException">It is cancelled already.</exception>
    public void Finish(string announcement)
    {
        lock (_lock)
        {
            Token.ThrowIfCancellationRequested();
            _announcement = announcement;
        }
    }

    public void Listen()
    {
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = TryTake(isKey: context.Signal == PosixSignal.SIGINT);
                if (!context.Cancel)
                    Terminal.SayBriefly("Ended at once; what was not written yet is lost.");
            }));
        }
    }

    /// <summary>Takes a signal; false if it insists: a Ctrl+C long after the first signal, upon which the program ends at once.</summary>
    internal bool TryTake(bool isKey)
    {
        string? announcement;
        lock (_lock)
        {
            if (_since is { } since)
                return !isKey || clock.GetElapsedTime(since) <= OneWish;
            _since = clock.GetTimestamp();
            // What listens is called elsewhere, so that it cannot wait for this lock.
            _ = _cancellation.CancelAsync();
            announcement = _announcement;
        }

        _wished.TrySetResult();
        if (announcement is not null)
            Terminal.SayBriefly(announcement);
        return true;
    }

    // A signal may still be on its way, so the cancellation lives on.
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
