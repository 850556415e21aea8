namespace SeqGan.Generation;

/// <summary>The log-probability of each token of given sequences under a network.</summary>
internal static class SequenceLikelihood
{
    // So many rows make a block of hidden states, so many tokens a block of logits: a row's result does not depend on its batch.
    private const int BlockRows = 64, BlockTokens = 1024;

    /// <summary>As <see cref="IGenerator.LogProbabilities"/>; the temperature is valid.</summary>
    public static void Compute(
        SequenceNetwork network, SequenceFormat format, TokenBatch sequences, Span<float> destination, double temperature,
        ITokenConstraint? constraint, CancellationToken cancellationToken)
    {
        var guard = ConstraintGuard.For(constraint, format, nameof(constraint));
        format.ThrowIfInvalid(sequences);
        int length = sequences.Length, needed = sequences.Count * length;
        if (destination.Length < needed)
        {
            throw new ArgumentException(
                $"{sequences.Count} sequences of {length} columns need {needed} values; there is room for {destination.Length}.",
                nameof(destination));
        }

        for (int start = 0; length > 0 && start < sequences.Count; start += BlockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TokenBatch block = sequences.Slice(start, Math.Min(BlockRows, sequences.Count - start));
            Span<float> values = destination.Slice(start * length, block.Count * length);
            ComputeBlock(network, format, block, values, temperature, isGenerated: constraint is not null, guard);
        }
    }

    private static void ComputeBlock(
        SequenceNetwork network, SequenceFormat format, TokenBatch block, Span<float> destination, double temperature,
        bool isGenerated, ConstraintGuard? guard)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        int length = block.Length;
        long[] inputs = new long[BlockRows * length], targets = new long[BlockRows * length];
        TrainingTokens.Fill(block, format, inputs, targets);
        BatchMask? mask = guard is null ? null : new BatchMask(guard, block);
        Tensor hidden = network.forward(tensor(inputs, [BlockRows, length], device: network.Device)).reshape(-1, network.HiddenSize);
        Tensor target = tensor(targets, [targets.Length, 1], device: network.Device);
        float[] values = new float[targets.Length];
        using Scalar zero = 0;
        for (int start = 0; start < targets.Length; start += BlockTokens)
        {
            using var inner = NewDisposeScope();
            int count = Math.Min(BlockTokens, targets.Length - start);
            Tensor logits = network.Logits(hidden.narrow(0, start, count), isGenerated);
            if (mask is not null)
                ForbiddenTokens.Remove(logits, mask.Next(count));
            logits = BatchedDecoder.Temper(logits, temperature);

            // Two differently rounded sums can leave a sure token's log-probability a hair above 0.
            Tensor logProbabilities = logits.gather(1, target.narrow(0, start, count)).sub_(logits.logsumexp(1, true)).clamp_max_(zero);
            logProbabilities.cpu().data<float>().ToArray().CopyTo(values, start);
        }

        for (int row = 0; row < block.Count; row++)
        {
            int used = block.LengthOf(row), allowed = Math.Min(used, mask?.AllowedLengthOf(row) ?? used);
            if (isGenerated && format.UnknownToken is { } unknown && block[row][..allowed].IndexOf(unknown) is var first and >= 0)
                allowed = first;
            Span<float> cells = destination.Slice(row * length, length);
            values.AsSpan(row * length, allowed).CopyTo(cells);
            cells[allowed..used].Fill(float.NegativeInfinity);
            cells[used..].Clear();
        }
    }
}
