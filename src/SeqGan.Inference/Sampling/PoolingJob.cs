using System.Numerics;

namespace SeqGan.Sampling;

/// <summary>
/// What a network's last hidden states are over given sequences: mean, largest and least value of each unit, and its last value, cut into
/// pieces that threads take.
/// </summary>
/// <remarks>
/// Rows are [4, hidden size]; a sequence without tokens has zeros. A row depends on its sequence alone, bit for bit. Some networks do not
/// read the start token.
/// </remarks>
internal sealed unsafe class PoolingJob
{
    /// <summary>The numbers of each unit: mean, largest, least and last.</summary>
    public const int Pools = 4;

    private const int SmallestPiece = 16;

    private readonly CompiledPolicy _policy;
    private readonly TokenBatch _sequences;
    private readonly Memory<float> _destination;
    private readonly int[] _order;
    private readonly int _firstStep;

    public PoolingJob(CompiledPolicy policy, TokenBatch sequences, Memory<float> destination, bool readsStart)
    {
        (_policy, _sequences, _destination) = (policy, sequences, destination);
        // A label is always read.
        _firstStep = readsStart || policy.Format.LabelCount > 0 ? 0 : 1;

        // The longest first, so that the slots of those that have ended are the last.
        _order = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(sequences.LengthOf)];
    }

    /// <summary>The numbers of a sequence.</summary>
    public static int SizeOf(CompiledPolicy policy) => Pools * policy.HiddenSize;

    /// <summary>Takes in a state after a token, the first of which is number 1; the sum is in the mean's place.</summary>
    /// <remarks>The last state is overwritten by the next.</remarks>
    public static void Add(Span<float> pools, int number, ReadOnlySpan<float> state)
    {
        int size = state.Length, unit = 0;
        Span<float> sum = pools[..size], largest = pools[size..(2 * size)], least = pools[(2 * size)..(3 * size)];
        state.CopyTo(pools[(3 * size)..]);
        if (number == 1)
        {
            state.CopyTo(sum);
            state.CopyTo(largest);
            state.CopyTo(least);
            return;
        }

        for (; unit <= size - Vector<float>.Count; unit += Vector<float>.Count)
        {
            var values = new Vector<float>(state[unit..]);
            (new Vector<float>(sum[unit..]) + values).CopyTo(sum[unit..]);
            Vector.Max(new Vector<float>(largest[unit..]), values).CopyTo(largest[unit..]);
            Vector.Min(new Vector<float>(least[unit..]), values).CopyTo(least[unit..]);
        }

        for (; unit < size; unit++)
        {
            sum[unit] += state[unit];
            largest[unit] = Math.Max(largest[unit], state[unit]);
            least[unit] = Math.Min(least[unit], state[unit]);
        }
    }

    /// <summary>Turns the sum over so many states into their mean.</summary>
    public static void Finish(Span<float> pools, int count)
    {
        foreach (ref float sum in pools[..(pools.Length / Pools)])
            sum /= Math.Max(1, count);
    }

    public int CountPieces(int threads) => Math.Clamp(_order.Length / SmallestPiece, 1, threads * 4);

    /// <summary>Makes one of the pieces. Different pieces may be made at the same time.</summary>
    public void Run(int piece, int pieces, DecodingWorker worker, CancellationToken cancellationToken)
    {
        int next = (int)((long)_order.Length * piece / pieces), end = (int)((long)_order.Length * (piece + 1) / pieces);
        for (; next < end; next += worker.Slots)
            Pool(_order.AsSpan(next, Math.Min(worker.Slots, end - next)), worker, cancellationToken);
    }

    private void Pool(ReadOnlySpan<int> rows, DecodingWorker worker, CancellationToken cancellationToken)
    {
        worker.Clear(rows.Length);
        int active = rows.Length;
        for (int step = _firstStep; step <= _sequences.LengthOf(rows[0]); step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (_sequences.LengthOf(rows[active - 1]) < step)
                active--;
            for (int slot = 0; slot < active; slot++)
            {
                worker.Tokens[slot] = step == 0
                    ? _policy.Format.StartInput(_sequences.Labels.Span, rows[slot]) : _sequences[rows[slot]][step - 1];
            }

            worker.Advance(active);
            for (int slot = 0; slot < active && step > 0; slot++)
                Add(PoolsOf(rows[slot]), step, new ReadOnlySpan<float>(worker.Hidden(slot), _policy.HiddenSize));
        }

        foreach (int row in rows)
            Finish(PoolsOf(row), _sequences.LengthOf(row));
    }

    private Span<float> PoolsOf(int row) => _destination.Span.Slice(row * SizeOf(_policy), SizeOf(_policy));
}
