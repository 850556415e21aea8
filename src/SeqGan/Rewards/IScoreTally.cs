namespace SeqGan.Rewards;

/// <summary>Counts and summarizes scores, for reports.</summary>
internal interface IScoreTally
{
    /// <summary>For each scorer, what became of its scores since construction.</summary>
    IEnumerable<ScoreTally> Tallies { get; }

    /// <summary>What each of several scorers gave the generator's latest sequences; empty where there is only one.</summary>
    IEnumerable<ScoreSummary> Components { get; }

    /// <summary>Whether the latest call failed and was skipped: its scores say nothing, not even that the scorer does not apply.</summary>
    bool HasSkipped => false;
}

/// <summary>Is made of one scorer, and passes on what that counts.</summary>
internal interface IScorerUser : IScoreTally, ICompositeComponent
{
    CheckedScorer Scorer { get; }

    IEnumerable<ScoreTally> IScoreTally.Tallies => Scorer.Tallies;

    IEnumerable<ScoreSummary> IScoreTally.Components => Scorer.Components;

    bool IScoreTally.HasSkipped => Scorer.HasSkipped;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("scorer", Scorer.Scorer)];
}

/// <summary>What became of a scorer's scores.</summary>
/// <param name="Name">The scorer's name.</param>
/// <param name="Scores">All scores.</param>
/// <param name="NotApplicable">Those that were NaN, and so left out; among them those of calls that failed.</param>
/// <param name="Failures">The calls that failed and were skipped.</param>
/// <param name="LastFailure">The message of the last of them; null if there is none.</param>
internal readonly record struct ScoreTally(
    string Name, long Scores, long NotApplicable, long Failures = 0, string? LastFailure = null)
{
    public ScoreTally Plus(ScoreTally other) => new(
        Name, Scores + other.Scores, NotApplicable + other.NotApplicable, Failures + other.Failures, LastFailure ?? other.LastFailure);

    public ScoreTally Since(ScoreTally before) => this with
    {
        Scores = Scores - before.Scores,
        NotApplicable = NotApplicable - before.NotApplicable,
        Failures = Failures - before.Failures,
    };
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
