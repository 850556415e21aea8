namespace SeqGan;

/// <summary>Collects an automaton's states in their order, each with its transitions, within limits of size.</summary>
/// <param name="classOf">The class of each token.</param>
/// <param name="subject">What is made, for the message where it is too large.</param>
internal sealed class TransitionsBuilder(int[] classOf, string subject)
{
    // Some hundred megabytes.
    private const int MostStates = 1 << 23, MostTransitions = 1 << 24;

    private readonly List<bool> _accepts = [];
    private readonly List<int> _first = [0], _classes = [], _targets = [];

    public int Count => _accepts.Count;

    /// <summary>Adds a transition of the state that is added next; classes ascend.</summary>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public void AddTransition(int tokenClass, int target)
    {
        if (_classes.Count == MostTransitions)
            throw new ArgumentException($"{subject} needs more than {MostTransitions} transitions; make it smaller.");
        _classes.Add(tokenClass);
        _targets.Add(target);
    }

    /// <summary>Adds a state with the transitions since the last one.</summary>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public int AddState(bool accepts)
    {
        if (_accepts.Count == MostStates)
            throw new ArgumentException($"{subject} needs more than {MostStates} states; make it smaller.");
        _accepts.Add(accepts);
        _first.Add(_classes.Count);
        return _accepts.Count - 1;
    }

    public TokenTransitions Build(int initial) => new()
    {
        ClassOf = classOf,
        Initial = initial,
        Accepts = [.. _accepts],
        First = [.. _first],
        Classes = [.. _classes],
        Targets = [.. _targets],
    };
}
