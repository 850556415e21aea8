namespace SeqGan.Sampling;

/// <summary>A stream of draws of which a discriminator keeps those that look real; see <see cref="SamplingOptions.Refine"/>.</summary>
internal sealed class RefinedDraws
{
    public const int PilotDraws = 1000;

    // In a row, for each draw that should be enough; by chance it does not come to that.
    private const int MostRejected = 64;

    // What is drawn at a time, at least.
    private const int LeastDraws = 64;

    // Rows of a key are numbered by 32 bits.
    private const long RowsPerStep = 1L << 30;

    private readonly SequenceSampler _sampler;
    private readonly int[] _prefix;
    private readonly SamplingOptions _options;
    private readonly double _threshold;
    private SequenceBuffer _draws;
    private float[] _odds = [];
    private long _drawn;
    private int _next, _rejected;
    private double _rejectedOdds;
    private int[] _fallback = [];
    private int _fallbackLabel;

    /// <param name="sampler">Its policy has a discriminator.</param>
    /// <param name="prefix">What each sequence begins with.</param>
    /// <param name="options">Valid, with a seed and <see cref="SamplingOptions.Refine"/>.</param>
    /// <param name="pilot">The log-odds of draws with these options.</param>
    public RefinedDraws(SequenceSampler sampler, int[] prefix, SamplingOptions options, ReadOnlySpan<float> pilot)
    {
        (_sampler, _prefix, _options) = (sampler, prefix, options);
        _threshold = Threshold(pilot, Draws);
        _draws = new SequenceBuffer(sampler.Policy.Format);
    }

    private int Draws => _options.Refine!.Value;

    /// <summary>
    /// The log-odds t above which every draw is kept, so that of some draws one in <paramref name="draws"/> is; if all have the same odds,
    /// so that all are.
    /// </summary>
    public static double Threshold(ReadOnlySpan<float> logOdds, int draws)
    {
        // Where none has lower odds, all are kept; the other end is where even the highest are kept too rarely.
        (double low, double high) = (double.MaxValue, double.MinValue);
        foreach (float value in logOdds)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        high += high > low ? Math.Log(draws) : 0;
        for (int step = 0; step < 60; step++)
        {
            double middle = (low + high) / 2;
            (low, high) = Acceptance(logOdds, middle) * draws > 1 ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The share of draws that are kept at a threshold.</summary>
    public static double Acceptance(ReadOnlySpan<float> logOdds, double threshold)
    {
        double kept = 0;
        foreach (float value in logOdds)
            kept += Math.Min(1, Math.Exp(value - threshold));
        return kept / logOdds.Length;
    }

    /// <summary>The next sequences that are kept.</summary>
    public SequenceBuffer Next(int count, CancellationToken cancellationToken)
    {
        var kept = new SequenceBuffer(_sampler.Policy.Format, count);
        for (int row = 0; row < count;)
        {
            if (_next == _draws.Count)
                Draw(count - row, cancellationToken);
            int draw = _next++;
            if (Keeps(draw))
                Set(kept, row++, _draws.Row(draw)[.._draws.LengthOf(draw)], Label(draw));
            else if (_rejected == MostRejected * Draws)
                Set(kept, row++, _fallback, _fallbackLabel);
        }

        kept.LimitRows();
        return kept;
    }

    private void Draw(int wanted, CancellationToken cancellationToken)
    {
        (long step, long first) = Math.DivRem(_drawn, RowsPerStep);
        long count = Math.Min(Math.Max(wanted * (long)Draws, LeastDraws), Math.Min(_sampler.JudgedRows, RowsPerStep - first));
        var key = new RandomKey(_options.Seed!.Value, RandomPurpose.Sampling, (uint)step);
        (_draws, _odds) = _sampler.DrawWithOdds(_prefix, (int)first, (int)count, key, _options, cancellationToken);
        _drawn += count;
        _next = 0;
    }

    private bool Keeps(int draw)
    {
        (long step, long row) = Math.DivRem(_drawn - _draws.Count + draw, RowsPerStep);
        var key = new RandomKey(_options.Seed!.Value, RandomPurpose.Refinement, (uint)step);
        double chance = Math.Min(1, Math.Exp(_odds[draw] - _threshold));
        if (key.NextUniform((int)row) < chance)
            return true;
        _rejected++;
        _rejectedOdds += chance;
        // Sampling from a stream in proportion to weights.
        if (key.NextUniform((int)row, sample: 1) * _rejectedOdds < chance)
            (_fallback, _fallbackLabel) = (_draws.Row(draw)[.._draws.LengthOf(draw)].ToArray(), Label(draw));
        return false;
    }

    private int Label(int draw) => _draws.Labels.IsEmpty ? 0 : _draws.Labels[draw];

    private void Set(SequenceBuffer kept, int row, ReadOnlySpan<int> sequence, int label)
    {
        kept.Set(row, sequence);
        if (!kept.Labels.IsEmpty)
            kept.Labels[row] = label;
        (_rejected, _rejectedOdds) = (0, 0);
    }
}
