using System.Numerics;

namespace SeqGan.Sampling;

/// <summary>
/// What a network's last hidden states are over given sequences: mean, largest and least value of each unit, and its last value, cut into
/// pieces that threads take.
/// </summary>
/// <remarks>Rows are [4, hidden size]; a sequence without tokens has zeros. A row depends on its sequence alone, bit for bit.</remarks>
internal sealed unsafe class PoolingJob
{
    private const int Pools = 4, SmallestPiece = 16;

    private readonly CompiledPolicy _policy;
    private readonly TokenBatch _sequences;
    private readonly Memory<float> _destination;
    private readonly int[] _order;

    public PoolingJob(CompiledPolicy policy, TokenBatch sequences, Memory<float> destination)
    {
        (_policy, _sequences, _destination) = (policy, sequences, destination);

        // The longest first, so that the slots of those that have ended are the last.
        _order = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(sequences.LengthOf)];
    }

    /// <summary>The numbers of a sequence.</summary>
    public static int SizeOf(CompiledPolicy policy) => Pools * policy.HiddenSize;

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
        for (int step = 0; step <= _sequences.LengthOf(rows[0]); step++)
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
                Add(rows[slot], step, new ReadOnlySpan<float>(worker.Hidden(slot), _policy.HiddenSize));
        }

        foreach (int row in rows)
        {
            Span<float> sum = PoolsOf(row)[.._policy.HiddenSize];
            for (int i = 0; i < sum.Length; i++)
                sum[i] /= Math.Max(1, _sequences.LengthOf(row));
        }
    }

    private Span<float> PoolsOf(int row) => _destination.Span.Slice(row * SizeOf(_policy), SizeOf(_policy));

    // The last state is overwritten by the next.
    private void Add(int row, int step, ReadOnlySpan<float> state)
    {
        int size = state.Length, unit = 0;
        Span<float> pools = PoolsOf(row);
        Span<float> sum = pools[..size], largest = pools[size..(2 * size)], least = pools[(2 * size)..(3 * size)];
        state.CopyTo(pools[(3 * size)..]);
        if (step == 1)
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
}
