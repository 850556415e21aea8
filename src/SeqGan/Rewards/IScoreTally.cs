namespace SeqGan.Rewards;

/// <summary>Counts and summarizes scores, for reports.</summary>
internal interface IScoreTally
{
    /// <summary>For each scorer, how many of its scores were NaN, and so left out, since construction.</summary>
    IEnumerable<KeyValuePair<string, long>> NotApplicable { get; }

    /// <summary>What each of several scorers gave the generator's latest sequences; empty where there is only one.</summary>
    IEnumerable<ScoreSummary> Components { get; }
}

/// <summary>Is made of one scorer, and passes on what that counts.</summary>
internal interface IScorerUser : IScoreTally, ICompositeComponent
{
    CheckedScorer Scorer { get; }

    IEnumerable<KeyValuePair<string, long>> IScoreTally.NotApplicable => Scorer.NotApplicable;

    IEnumerable<ScoreSummary> IScoreTally.Components => Scorer.Components;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("scorer", Scorer.Scorer)];
}

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
