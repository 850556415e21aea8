namespace SeqGan.Constraints;

/// <summary>The sparse transitions of a deterministic automaton over classes of tokens that it treats alike.</summary>
/// <param name="ClassOf">The class of each token, [vocabulary]; -1 for tokens without a transition.</param>
/// <param name="Initial">The state before the first token.</param>
/// <param name="Accepts">Whether a sequence may end in a state.</param>
/// <param name="First">Where the transitions of each state begin, followed by the number of all transitions.</param>
/// <param name="Classes">The class of each transition, ascending within a state.</param>
/// <param name="Targets">The state that each transition leads to.</param>
internal sealed record TokenTransitions(int[] ClassOf, int Initial, bool[] Accepts, int[] First, int[] Classes, int[] Targets)
{
    public int Count => Accepts.Length;

    public int ClassCount => ClassOf.Max() + 1;

    public ReadOnlySpan<int> TargetsOf(int state) => Targets.AsSpan(First[state]..First[state + 1]);

    /// <summary>The state after a token of a class, or -1.</summary>
    public int Next(int state, int tokenClass)
    {
        if (tokenClass < 0)
            return -1;
        int index = Array.BinarySearch(Classes, First[state], First[state + 1] - First[state], tokenClass);
        return index < 0 ? -1 : Targets[index];
    }
}

/// <summary>Collects an automaton's states in order, each with its transitions; too many are an error that names the subject.</summary>
internal sealed class TransitionsBuilder(int[] classOf, string subject)
{
    // Some hundred megabytes.
    private const int MostStates = 1 << 23, MostTransitions = 1 << 24;

    private readonly List<bool> _accepts = [];
    private readonly List<int> _first = [0], _classes = [], _targets = [];

    /// <summary>Adds a transition of the next state to be added; classes ascend.</summary>
    public void AddTransition(int tokenClass, int target)
    {
        if (_classes.Count == MostTransitions)
            throw new ArgumentException($"{subject} needs more than {MostTransitions} transitions; make it smaller.");
        _classes.Add(tokenClass);
        _targets.Add(target);
    }

    /// <summary>Adds a state with the transitions since the last one.</summary>
    public int AddState(bool accepts)
    {
        if (_accepts.Count == MostStates)
            throw new ArgumentException($"{subject} needs more than {MostStates} states; make it smaller.");
        _accepts.Add(accepts);
        _first.Add(_classes.Count);
        return _accepts.Count - 1;
    }

    public TokenTransitions Build(int initial) => new(classOf, initial, [.. _accepts], [.. _first], [.. _classes], [.. _targets]);
}
