namespace SeqGan.Rewards;

/// <summary>Fails where another scorer takes too long; see <see cref="Scorers.WithTimeLimit"/>.</summary>
internal sealed class TimeLimitedScorer : IAdaptiveScorer, IScorerUser
{
    private readonly CheckedScorer _scorer;
    private Task _running = Task.CompletedTask;

    public TimeLimitedScorer(ISequenceScorer scorer, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero || limit > TimeSpan.FromDays(24))
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "A limit must be positive and at most 24 days.");
        _scorer = new CheckedScorer(scorer);
        Limit = limit;
    }

    public string Name => _scorer.Name;

    public bool AllowsConcurrency => _scorer.AllowsConcurrency;

    public TimeSpan Limit { get; }

    CheckedScorer IScorerUser.Scorer => _scorer;

    public void BeginBatch(RewardRequest request) => _scorer.BeginBatch(request);

    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores) => _scorer.EndBatch(sequences, scores.ToArray());

    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!await EndsInTimeAsync(_running, cancellationToken).ConfigureAwait(false))
            throw new ScorerException(
                Name, $"Scorer '{Name}' still works on an earlier batch: it has not returned within a second limit of {Limit}.");

        // An abandoned scorer keeps reading and writing: it gets memory of its own.
        TokenBatch copy = Copy(sequences);
        float[] own = new float[sequences.Count];
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = _running = Task.Run(() => _scorer.ScoreAsync(copy, own, stop.Token).AsTask(), CancellationToken.None);
        _ = ForgetAsync(running, stop);
        if (!await EndsInTimeAsync(running, cancellationToken).ConfigureAwait(false))
        {
            Stop(stop);
            throw new ScorerException(Name, $"Scorer '{Name}' took longer than its limit of {Limit} for {sequences.Count} sequences: raise "
                + $"the limit, or lower {nameof(RewardOptions)}.{nameof(RewardOptions.MaxCompletions)} for smaller batches.");
        }

        await running.ConfigureAwait(false);
        own.CopyTo(scores);
    }

    // Observes the exception even if nobody waits any more.
    private static async Task ForgetAsync(Task task, CancellationTokenSource stop)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    // Not on this thread: a callback that the scorer registered with its token may block as well.
    private static void Stop(CancellationTokenSource stop) => _ = Task.Run(() =>
    {
        try
        {
            stop.Cancel();
        }
        catch (Exception error) when (error is ObjectDisposedException or AggregateException)
        {
            // It has just ended, or a callback that it registered failed; nobody waits for either.
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
