namespace SeqGan;

/// <summary>Fails where another scorer takes too long, so that one that hangs does not hang the training.</summary>
/// <remarks>
/// <para>
/// The scorer runs on the thread pool, on copies of the batch. Where the limit is over, its token is cancelled, and the call fails
/// with a <see cref="ScorerException"/> without waiting for it. A scorer that ignores its token is abandoned: it keeps its thread
/// until it returns, what it writes is lost, and a call in the meantime waits for it as long as its own limit, then fails too.
/// </para>
/// <para>It does not try again: that is the business of the scorer's own client. Not thread-safe. The scorer stays the caller's to dispose.</para>
/// </remarks>
public sealed class TimeLimitedScorer : IAdaptiveScorer, IScoreTally, ICompositeComponent
{
    private readonly CheckedScorer _scorer;
    private Task _running = Task.CompletedTask;

    /// <summary>Creates the limit.</summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="limit">How long one call may take, of a batch of any size; positive, at most 24 days.</param>
    /// <exception cref="ArgumentException">The scorer has no name, or the limit is out of range.</exception>
    public TimeLimitedScorer(ISequenceScorer scorer, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero || limit > TimeSpan.FromDays(24))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A limit must be positive and at most 24 days.");
        _scorer = new CheckedScorer(scorer);
        Limit = limit;
    }

    /// <summary>The scorer's name.</summary>
    public string Name => _scorer.Name;

    /// <summary>Whether the scorer may run beside others.</summary>
    public bool AllowsConcurrency => _scorer.AllowsConcurrency;

    /// <summary>How long one call may take.</summary>
    public TimeSpan Limit { get; }

    IEnumerable<KeyValuePair<string, long>> IScoreTally.NotApplicable => _scorer.NotApplicable;

    IEnumerable<ScoreSummary> IScoreTally.Components => _scorer.Components;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("scorer", _scorer.Scorer)];

    internal ISequenceScorer Inner => _scorer.Scorer;

    /// <inheritdoc/>
    public void BeginBatch(RewardRequest request) => _scorer.BeginBatch(request);

    /// <inheritdoc/>
    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores) => _scorer.EndBatch(sequences, scores.ToArray());

    /// <inheritdoc/>
    /// <exception cref="ScorerException">The scorer took longer than <see cref="Limit"/>, failed, left scores unwritten, or wrote one that is not valid.</exception>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await EndsInTimeAsync(_running, cancellationToken).ConfigureAwait(false))
            throw new ScorerException(Name, $"Scorer '{Name}' still works on an earlier batch, which took longer than its limit of {Limit}, and did not return within {Limit} more.");

        // An abandoned scorer goes on reading and writing: nothing of it may be another's.
        TokenBatch copy = Copy(sequences);
        float[] own = new float[sequences.Count];
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = _running = Task.Run(() => _scorer.ScoreAsync(copy, own, stop.Token).AsTask(), CancellationToken.None);
        _ = running.ContinueWith(static (task, source) => Forget(task, (CancellationTokenSource)source!), stop, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (!await EndsInTimeAsync(running, cancellationToken).ConfigureAwait(false))
        {
            Stop(stop);
            throw new ScorerException(Name, $"Scorer '{Name}' took longer than its limit of {Limit} for {sequences.Count} sequences: raise the limit, or lower {nameof(RewardOptions)}.{nameof(RewardOptions.MaxCompletions)} for smaller batches.");
        }

        await running.ConfigureAwait(false);
        own.CopyTo(scores);
    }

    // Nobody may be left who sees it fail.
    private static void Forget(Task task, CancellationTokenSource stop)
    {
        _ = task.Exception;
        stop.Dispose();
    }

    // Not on this thread: what the scorer registered with its token may block as well.
    private static void Stop(CancellationTokenSource stop) => _ = Task.Run(() =>
    {
        try
        {
            stop.Cancel();
        }
        catch (Exception error) when (error is ObjectDisposedException or AggregateException)
        {
            // It has ended just now, or what it registered failed; nobody waits for either.
        }
    });

    private async ValueTask<bool> EndsInTimeAsync(Task task, CancellationToken cancellationToken)
    {
        await task.WaitAsync(Limit, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!task.IsCompleted)
            cancellationToken.ThrowIfCancellationRequested();
        return task.IsCompleted;
    }

    private static TokenBatch Copy(TokenBatch sequences) =>
        new(sequences.Tokens.ToArray(), sequences.Count, sequences.Length, sequences.Lengths.ToArray(), sequences.Labels.ToArray());
}
