namespace SyntheticSessions;

/// <summary>How often each event follows each other one, with the beginning and the end of a session as events of their own.</summary>
internal sealed class Transitions
{
    private readonly Dictionary<(string From, string To), int> _counts;
    private readonly Dictionary<string, int> _from;
    private readonly double _total;

    public Transitions(IEnumerable<Session> sessions)
    {
        _counts = sessions.SelectMany(session => Pairs(session.Events)).CountBy(pair => pair).ToDictionary();
        _from = _counts.GroupBy(pair => pair.Key.From).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value));
        _total = Math.Max(1, _counts.Values.Sum());
    }

    /// <summary>The total variation distance: 0 for the same frequencies, 1 where no transition occurs in both.</summary>
    public double DistanceTo(Transitions other) =>
        _counts.Keys.Union(other._counts.Keys)
            .Sum(pair => Math.Abs(_counts.GetValueOrDefault(pair) / _total - other._counts.GetValueOrDefault(pair) / other._total)) / 2;

    /// <summary>The log-likelihood of a session, as of a Markov chain with one more transition of each kind than was seen.</summary>
    /// <param name="events">The session's events.</param>
    /// <param name="kinds">How many different events there are.</param>
    public double LogLikelihood(IReadOnlyList<string> events, int kinds) =>
        Pairs(events).Sum(pair => Math.Log((_counts.GetValueOrDefault(pair) + 1.0) / (_from.GetValueOrDefault(pair.From) + kinds + 1)));

    private static IEnumerable<(string From, string To)> Pairs(IReadOnlyList<string> events) =>
        new[] { "(begin)" }.Concat(events).Zip(events.Append("(end)"));
}
