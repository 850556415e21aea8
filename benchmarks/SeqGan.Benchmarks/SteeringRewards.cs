using System.Diagnostics;

namespace SeqGan.Benchmarks;

/// <summary>What a cheap rule beside the discriminator costs in reward estimation.</summary>
internal static class SteeringRewards
{
    /// <summary>
    /// Estimates the rewards of one batch with the discriminator alone and with a rule over token ids beside it, in turns in one process.
    /// </summary>
    /// <param name="problem">The published problem.</param>
    /// <param name="turns">How often each is timed; at least 1.</param>
    /// <returns>
    /// The least of the times with the rule divided by the least without, less 1: other programs only ever add to a time.
    /// </returns>
    public static async Task<double> RuleRewardOverheadAsync(PublishedProblem problem, int turns = 9)
    {
        using var rollout = new MonteCarloRollout(problem.Generator);
        var alone = new MonteCarloRewardEstimator(rollout, problem.Discriminator, problem.Size.Samples);
        var rule = new DelegateScorer("no repeats", sequence => Repeats(sequence) ? 0 : 1);
        var together = new MonteCarloRewardEstimator(
            rollout, CombinedScorer.Sum([(problem.Discriminator, 1), (rule, 0.5)]), problem.Size.Samples);
        var (without, with) = (new List<double>(), new List<double>());
        await problem.EstimateAsync(alone);
        await problem.EstimateAsync(together);
        for (int turn = 0; turn < turns; turn++)
        {
            // Who comes first changes: the one after the other may find memory and clock otherwise.
            if (turn % 2 == 0)
                without.Add(await SecondsAsync(problem, alone));
            with.Add(await SecondsAsync(problem, together));
            if (turn % 2 == 1)
                without.Add(await SecondsAsync(problem, alone));
        }

        return (with.Min() / without.Min()) - 1;
    }

    private static bool Repeats(ReadOnlySpan<int> sequence)
    {
        for (int i = 1; i < sequence.Length; i++)
        {
            if (sequence[i] == sequence[i - 1])
                return true;
        }

        return false;
    }

    private static async Task<double> SecondsAsync(PublishedProblem problem, IRewardEstimator estimator)
    {
        long started = Stopwatch.GetTimestamp();
        await problem.EstimateAsync(estimator);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
