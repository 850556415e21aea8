namespace SeqGan.Sampling;

/// <summary>
/// Log-probabilities of given sequences, as data can have them or as they are generated, cut into pieces that threads take.
/// </summary>
internal sealed unsafe class ScoringJob(
    CompiledPolicy policy, Kernels kernels, TokenBatch sequences, Memory<float> destination, double temperature, bool isGenerated,
    ConstraintGuard? guard)
{
    private const int SmallestPiece = 16;

    public int CountPieces(int threads) => Math.Clamp(sequences.Count / SmallestPiece, 1, threads * 4);

    /// <summary>Makes one of the pieces. Different pieces may be made at the same time.</summary>
    public void Run(int piece, int pieces, DecodingWorker worker, CancellationToken cancellationToken)
    {
        int end = (int)((long)sequences.Count * (piece + 1) / pieces);
        for (int row = (int)((long)sequences.Count * piece / pieces); row < end; row += worker.Slots)
            Score(row, Math.Min(worker.Slots, end - row), worker, cancellationToken);
    }

    private void Score(int firstRow, int rows, DecodingWorker worker, CancellationToken cancellationToken)
    {
        Span<float> values = destination.Span.Slice(firstRow * sequences.Length, rows * sequences.Length);
        values.Clear();
        worker.Clear(rows);
        bool[] isBroken = new bool[rows];
        Array.Fill(worker.ConstraintStates, guard?.InitialState ?? 0, 0, rows);
        for (int position = 0; position < sequences.Length; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int slot = 0; slot < rows; slot++)
            {
                ReadOnlySpan<int> sequence = sequences[firstRow + slot];
                worker.Tokens[slot] = position == 0
                    ? policy.Format.StartInput(sequences.Labels.Span, firstRow + slot)
                    : position <= sequence.Length ? sequence[position - 1] : policy.Format.StartToken;
            }

            worker.Advance(rows);
            worker.ComputeLogits(rows, isGenerated ? policy.Output.Bias : policy.Output.DataBias);
            for (int slot = 0; slot < rows; slot++)
            {
                ReadOnlySpan<int> sequence = sequences[firstRow + slot];
                if (position >= sequence.Length)
                    continue;
                isBroken[slot] = isBroken[slot] || (isGenerated && sequence[position] == policy.Format.UnknownToken)
                    || (guard is not null && !TryConstrain(guard, worker, slot, sequence, position));
                values[(slot * sequences.Length) + position] =
                    isBroken[slot] ? float.NegativeInfinity : LogProbability(worker, slot, sequence[position]);
            }
        }
    }

    /// <summary>Removes from a slot's logits the tokens that a position must not have, unless the sequence's own is one of them.</summary>
    private static bool TryConstrain(ConstraintGuard guard, DecodingWorker worker, int slot, ReadOnlySpan<int> sequence, int position)
    {
        ref int state = ref worker.ConstraintStates[slot];
        ReadOnlySpan<int> prefix = sequence[..position];
        if (!guard.TryAllow(state, prefix, worker.Allowed, out AllowedTokens allowed) || !allowed.Contains(sequence[position]))
            return false;
        MaskKernel.Apply(worker.Logits(slot), worker.Columns, allowed.Bits);
        if (position + 1 < sequence.Length)
            state = guard.Advance(state, prefix, sequence[position]);
        return true;
    }

    private float LogProbability(DecodingWorker worker, int slot, int token)
    {
        float* logits = worker.Logits(slot);
        float scale = TokenDistribution.Scale(temperature), largest = kernels.Largest(logits, worker.Columns);
        float own = (logits[token] - largest) * scale;
        return Math.Min(0, own - MathF.Log(kernels.Exponentiate(logits, worker.Columns, largest, scale, worker.Sums.Pointer)));
    }
}
