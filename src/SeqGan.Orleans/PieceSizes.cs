namespace SeqGan.Orleans;

/// <summary>
/// How a batch is cut into pieces: guided self-scheduling (Polychronopoulos and Kuck, 1987). Each piece is a share of what is left, so the
/// first are large and cost few messages, and the last are small and end together.
/// </summary>
internal static class PieceSizes
{
    // Pieces below this share of the first cost more messages than they save. With it, there are 1 + ln 8 times as many as shares.
    private const double Least = 1.0 / 8, PiecesPerShare = 3;

    /// <summary>How many consecutive rows each piece has, at least 1.</summary>
    /// <param name="costs">What each row costs, in any unit; one without cost joins a neighbour.</param>
    /// <param name="slots">How many pieces are worked on at a time.</param>
    /// <param name="piecesPerSlot">About how many pieces each slot gets, if there are as many rows.</param>
    public static List<int> Of(ReadOnlySpan<double> costs, int slots, int piecesPerSlot)
    {
        double left = 0, shares = slots * Math.Max(1, piecesPerSlot / PiecesPerShare);
        foreach (double cost in costs)
            left += cost;
        double least = left / shares * Least;
        var sizes = new List<int>();
        for (int row = 0; row < costs.Length;)
        {
            if (left <= 0 && sizes.Count > 0)
            {
                sizes[^1] += costs.Length - row;
                break;
            }

            // Half a row more or less than its share.
            double target = Math.Max(left / shares, least), taken = 0;
            int first = row;
            while (row < costs.Length && (taken == 0 || taken + (costs[row] / 2) <= target))
                taken += costs[row++];
            sizes.Add(row - first);
            left -= taken;
        }

        return sizes;
    }
}
