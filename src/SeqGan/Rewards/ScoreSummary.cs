namespace SeqGan;

/// <summary>What a scorer gave the generator's sequences of one batch.</summary>
/// <param name="Name">The scorer's name.</param>
/// <param name="Mean">Over the sequences to which it applies; NaN where there is none.</param>
/// <param name="Deviation">The standard deviation over the same.</param>
internal readonly record struct ScoreSummary(string Name, double Mean, double Deviation)
{
    public static ScoreSummary Of(string name, ReadOnlySpan<float> scores)
    {
        double sum = 0, squares = 0;
        int count = 0;
        foreach (float score in scores)
        {
            if (float.IsNaN(score))
                continue;
            sum += score;
            squares += (double)score * score;
            count++;
        }

        double mean = sum / count;
        return new ScoreSummary(name, mean, count == 0 ? double.NaN : Math.Sqrt(Math.Max(0, squares / count - mean * mean)));
    }
}
