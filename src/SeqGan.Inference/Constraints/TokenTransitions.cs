namespace SeqGan.Constraints;

/// <summary>The sparse transitions of a deterministic automaton over classes of tokens that it treats alike.</summary>
internal sealed class TokenTransitions
{
    /// <summary>The class of each token, [vocabulary]; -1 for tokens without a transition.</summary>
    public required int[] ClassOf { get; init; }

    /// <summary>The state before the first token.</summary>
    public required int Initial { get; init; }

    /// <summary>Whether a sequence may end in a state.</summary>
    public required bool[] Accepts { get; init; }

    /// <summary>Where the transitions of each state begin, followed by the number of all transitions.</summary>
    public required int[] First { get; init; }

    /// <summary>The class of each transition, ascending within a state.</summary>
    public required int[] Classes { get; init; }

    /// <summary>The state that each transition leads to.</summary>
    public required int[] Targets { get; init; }

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

/// <summary>Collects an automaton's states in order, each with its transitions, up to a limit; the subject names it in messages.</summary>
internal sealed class TransitionsBuilder(int[] classOf, string subject)
{
    // Some hundred megabytes.
    private const int MostStates = 1 << 23, MostTransitions = 1 << 24;

    private readonly List<bool> _accepts = [];
    private readonly List<int> _first = [0], _classes = [], _targets = [];

    /// <summary>Adds a transition of the next state to be added; classes ascend.</summary>
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
