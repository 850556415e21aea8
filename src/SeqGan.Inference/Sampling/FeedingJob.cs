namespace SeqGan.Sampling;

/// <summary>
/// Scheduled sampling: sequences are fed to the network, now and then its own tokens in place of theirs, cut into pieces that threads take.
/// </summary>
internal sealed class FeedingJob(CompiledPolicy policy, Kernels kernels, TokenBatch sequences, long[] inputs, double truth, RandomKey key)
{
    private const int SmallestPiece = 8;

    public int CountPieces(int threads) => Math.Clamp(sequences.Count / SmallestPiece, 1, threads);

    /// <summary>Makes one of the pieces. Different pieces may be made at the same time.</summary>
    public void Run(int piece, int pieces, DecodingWorker worker, CancellationToken cancellationToken)
    {
        var distribution = new TokenDistribution(kernels, policy.Format.VocabularySize, worker.Columns, worker.Sums, new SamplingOptions());
        int end = (int)((long)sequences.Count * (piece + 1) / pieces);
        for (int row = (int)((long)sequences.Count * piece / pieces); row < end; row += worker.Slots)
            Feed(row, Math.Min(worker.Slots, end - row), worker, distribution, cancellationToken);
    }

    private unsafe void Feed(
        int firstRow, int rows, DecodingWorker worker, TokenDistribution distribution, CancellationToken cancellationToken)
    {
        worker.Clear(rows);
        for (int position = 0; position + 1 < sequences.Length; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isAnyOwn = false;
            for (int slot = 0; slot < rows; slot++)
            {
                worker.Tokens[slot] = (int)inputs[(firstRow + slot) * sequences.Length + position];
                isAnyOwn |= IsOwn(firstRow + slot, position);
            }

            worker.Advance(rows);
            if (!isAnyOwn)
                continue;
            worker.ComputeLogits(rows, policy.Output.Bias);
            for (int slot = 0; slot < rows; slot++)
            {
                int row = firstRow + slot;
                if (!IsOwn(row, position))
                    continue;
                distribution.Take(worker.Logits(slot));
                inputs[row * sequences.Length + position + 1] = distribution.Draw(key.NextUniform(row, 0, position));
            }
        }
    }

    private bool IsOwn(int row, int position) => position + 1 < sequences.LengthOf(row) && key.NextUniform(row, 1, position) >= truth;
}
