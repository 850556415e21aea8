using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace SeqGan.Orleans;

/// <summary>The pieces of a batch, each of which is done once, whoever does it. Thread-safe.</summary>
/// <param name="pieces">The pieces.</param>
/// <param name="mostFailures">How often a piece may fail.</param>
/// <param name="leastTime">How long it may fail as often as it will: a cluster may be away for a moment.</param>
/// <param name="texts">The rows of each piece as text, for scorers that read them.</param>
internal sealed class PieceBatch(
    IReadOnlyList<Piece> pieces, int mostFailures, TimeSpan leastTime, IReadOnlyList<Lazy<string[]>>? texts = null)
{
    // A piece that takes so many times as long as others do is given to a second silo.
    private const int Patience = 4;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentQueue<int> _open = new(Enumerable.Range(0, pieces.Count));
    private readonly PieceResult?[] _results = new PieceResult?[pieces.Count];
    private readonly long[] _taken = new long[pieces.Count], _firstFailures = new long[pieces.Count];
    private readonly int[] _failures = new int[pieces.Count];
    private readonly Channel<bool> _changes = Channel.CreateUnbounded<bool>();
    private Exception? _failure;
    private int _left = pieces.Count;
    private long _spent, _lastWorked;
    private int _working;

    public IReadOnlyList<Piece> Pieces => pieces;

    /// <summary>A piece as a silo needs it.</summary>
    public Piece For(WorkerDescription silo, int index) => silo.ReadsText(pieces[index].Scorer) && texts is not null
        ? pieces[index] with { Texts = texts[index].Value, Rows = [] } : pieces[index];

    /// <summary>In the order of the pieces, when all are done.</summary>
    public PieceResult[] Results => _results!;

    /// <summary>When a silo last worked on a piece, in <see cref="Environment.TickCount64"/>: now, if one does.</summary>
    public long LastWorked => Volatile.Read(ref _working) > 0 ? Environment.TickCount64 : Volatile.Read(ref _lastWorked);

    public bool IsDone => Volatile.Read(ref _left) == 0;

    public bool HasWork => !_open.IsEmpty;

    public bool TryTake(out int index)
    {
        while (_open.TryDequeue(out index))
        {
            if (Volatile.Read(ref _results[index]) is not null)
                continue;
            Volatile.Write(ref _taken[index], Environment.TickCount64);
            return true;
        }

        return false;
    }

    /// <summary>Gives a piece back, to be done by another; if it failed too often for too long, the batch fails.</summary>
    public void Return(int index, Exception? failure = null)
    {
        if (failure is not null)
        {
            long now = Environment.TickCount64;
            Interlocked.CompareExchange(ref _firstFailures[index], now, 0);
            if (Interlocked.Increment(ref _failures[index]) >= mostFailures
                && now - Volatile.Read(ref _firstFailures[index]) >= leastTime.TotalMilliseconds)
            {
                Fail(failure);
                return;
            }
        }

        _open.Enqueue(index);
        _changes.Writer.TryWrite(true);
    }

    /// <summary>Takes a result; a second one of the same piece does not count.</summary>
    public void Finish(int index, PieceResult result)
    {
        if (Interlocked.CompareExchange(ref _results[index], result, null) is not null)
            return;
        Interlocked.Add(ref _spent, Environment.TickCount64 - Volatile.Read(ref _taken[index]));
        if (Interlocked.Decrement(ref _left) == 0)
            _changes.Writer.TryWrite(true);
    }

    /// <summary>A silo begins to work on a piece.</summary>
    public void BeginWork() => Interlocked.Increment(ref _working);

    /// <summary>A silo no longer works on a piece. To fail at once, as one does that is out of reach, is no work.</summary>
    public void EndWork(bool wasWork)
    {
        if (wasWork)
            Volatile.Write(ref _lastWorked, Environment.TickCount64);
        Interlocked.Decrement(ref _working);
    }

    /// <summary>Gives up the batch.</summary>
    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _changes.Writer.TryWrite(true);
    }

    public void ThrowIfFailed()
    {
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>Opens pieces again that take far longer than those which are done, where nothing else is left to do.</summary>
    public void Repeat()
    {
        int done = pieces.Count - Volatile.Read(ref _left);
        if (HasWork || done == 0)
            return;
        long mean = Volatile.Read(ref _spent) / done, now = Environment.TickCount64;
        long patience = Math.Max((long)LeastPatience.TotalMilliseconds, Patience * mean);
        for (int index = 0; index < pieces.Count; index++)
        {
            if (Volatile.Read(ref _results[index]) is null && now - Volatile.Read(ref _taken[index]) > patience)
                _open.Enqueue(index);
        }
    }

    /// <summary>Waits until all is done, a piece came back or the batch failed, but not for longer.</summary>
    public async Task WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(most);
        await ((Task)_changes.Reader.ReadAsync(limit.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
