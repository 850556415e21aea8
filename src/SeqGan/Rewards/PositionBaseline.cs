namespace SeqGan.Rewards;

/// <summary>Turns rewards into advantages: subtracts, at each position, the baseline of that position.</summary>
/// <remarks>The moving average is of earlier batches, so that it does not depend on the rewards; a first batch takes its mean.</remarks>
internal sealed class PositionBaseline(RewardBaseline kind, double decay, int maxLength)
{
    private readonly double[] _averages = [.. Enumerable.Repeat(double.NaN, maxLength)];

    /// <summary>The moving averages, [maxLength]; NaN where there is none yet.</summary>
    public IReadOnlyList<double> Averages
    {
        get => [.. _averages];
        set
        {
            _averages.AsSpan().Fill(double.NaN);
            value.Take(_averages.Length).ToArray().CopyTo(_averages, 0);
        }
    }

    /// <summary>Writes reward minus baseline for each token, and 0 at padding; rewards and advantages are [Count, Length].</summary>
    public void Subtract(TokenBatch sequences, ReadOnlySpan<float> rewards, Span<float> advantages)
    {
        for (int position = 0; position < sequences.Length; position++)
        {
            (double mean, int count) = Mean(position, sequences, rewards);
            double baseline = Next(position, mean);

            // A reward less the mean of the n - 1 others is n / (n - 1) times the reward less the mean of all.
            double scale = kind == RewardBaseline.LeaveOneOut && count > 1 ? count / (count - 1.0) : 1;
            for (int row = 0; row < sequences.Count; row++)
            {
                int token = row * sequences.Length + position;
                advantages[token] = position < sequences.LengthOf(row) ? (float)(scale * (rewards[token] - baseline)) : 0;
            }
        }
    }

    private double Next(int position, double mean)
    {
        if (kind == RewardBaseline.None)
            return 0;
        if (kind != RewardBaseline.MovingAverage || double.IsNaN(mean))
            return mean;
        double past = _averages[position];
        double baseline = double.IsNaN(past) ? mean : past;
        _averages[position] = decay * baseline + (1 - decay) * mean;
        return baseline;
    }

    private static (double Mean, int Count) Mean(int position, TokenBatch sequences, ReadOnlySpan<float> rewards)
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

        return (sum / count, count);
    }
}
