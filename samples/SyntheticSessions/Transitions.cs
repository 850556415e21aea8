namespace SyntheticSessions;

/// <summary>How often each event follows each other one, with the beginning and the end of a session as events of their own.</summary>
internal sealed class Transitions
{
    private readonly Dictionary<(string From, string To), double> _shares;
    private readonly Dictionary<string, double> _from;

    public Transitions(IEnumerable<Session> sessions)
    {
        (string From, string To)[] pairs = [.. sessions.SelectMany(session => Pairs(session.Events))];
        _shares = pairs.CountBy(pair => pair).ToDictionary(pair => pair.Key, pair => (double)pair.Value / pairs.Length);
        _from = _shares.GroupBy(pair => pair.Key.From).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
    }

    /// <summary>The total variation distance: 0 for the same frequencies, 1 where no transition occurs in both.</summary>
    public double DistanceTo(Transitions other) =>
        _shares.Keys.Union(other._shares.Keys).Sum(pair => Math.Abs(_shares.GetValueOrDefault(pair) - other._shares.GetValueOrDefault(pair))) / 2;

    /// <summary>The log-likelihood of a session, as of a Markov chain; what was never seen is unlikely, not impossible.</summary>
    public double LogLikelihood(IReadOnlyList<string> events)
    {
        const double Unseen = 1e-6;
        return Pairs(events).Sum(pair => Math.Log((_shares.GetValueOrDefault(pair) + Unseen) / (_from.GetValueOrDefault(pair.From) + Unseen * 100)));
    }

    private static IEnumerable<(string From, string To)> Pairs(IReadOnlyList<string> events) => new[] { "(begin)" }.Concat(events).Zip(events.Append("(end)"));
}
