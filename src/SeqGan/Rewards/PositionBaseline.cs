namespace SeqGan.Rewards;

/// <summary>Turns rewards into advantages: subtracts, at each position, the baseline of that position.</summary>
/// <remarks>
/// The moving average is the one of the batches before the present one, so that it does not depend on the rewards it is
/// subtracted from; a position's first batch has no past and takes its own mean.
/// </remarks>
internal sealed class PositionBaseline(RewardBaseline kind, double decay, int maxLength)
{
    private readonly double[] _averages = CreateUnknown(maxLength);

    /// <summary>The moving averages, [maxLength]; NaN where there is none yet.</summary>
    public IReadOnlyList<double> Averages
    {
        get => [.. _averages];
        set
        {
            for (int position = 0; position < _averages.Length; position++)
                _averages[position] = position < value.Count ? value[position] : double.NaN;
        }
    }

    /// <summary>Writes reward minus baseline for each token, and 0 at padding.</summary>
    /// <param name="sequences">The batch, [Count, Length].</param>
    /// <param name="rewards">[Count, Length].</param>
    /// <param name="advantages">Receives [Count, Length].</param>
    public void Subtract(TokenBatch sequences, ReadOnlySpan<float> rewards, Span<float> advantages)
    {
        for (int position = 0; position < sequences.Length; position++)
        {
            double baseline = Next(position, sequences, rewards);
            for (int row = 0; row < sequences.Count; row++)
            {
                int token = row * sequences.Length + position;
                advantages[token] = position < sequences.LengthOf(row) ? (float)(rewards[token] - baseline) : 0;
            }
        }
    }

    private double Next(int position, TokenBatch sequences, ReadOnlySpan<float> rewards)
    {
        if (kind == RewardBaseline.None)
            return 0;
        double mean = Mean(position, sequences, rewards);
        if (kind == RewardBaseline.BatchMean || double.IsNaN(mean))
            return mean;
        double past = _averages[position];
        double baseline = double.IsNaN(past) ? mean : past;
        _averages[position] = decay * baseline + (1 - decay) * mean;
        return baseline;
    }

    private static double Mean(int position, TokenBatch sequences, ReadOnlySpan<float> rewards)
    {
        double sum = 0;
        int count = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            if (position >= sequences.LengthOf(row))
                continue;
            sum += rewards[row * sequences.Length + position];
            count++;
        }

        return sum / count;
    }

    private static double[] CreateUnknown(int length)
    {
        double[] values = new double[length];
        values.AsSpan().Fill(double.NaN);
        return values;
    }
}
