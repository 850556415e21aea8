namespace SeqGan.Constraints;

/// <summary>A regular expression as a deterministic automaton over symbol classes (subset construction). It begins in state 0.</summary>
internal sealed class PatternAutomaton
{
    // An ordinary pattern needs a thousandth of this; a larger one fails within a second.
    private const int MostStates = 1 << 16;
    private const long MostCells = 1 << 23, MostWork = 1 << 26, MostPlacesKept = 1 << 23;

    private readonly PatternProgram _program;
    private readonly string _pattern, _parameterName;
    private readonly Numbering<int[]> _states = new(IntArrays.Comparer);
    private readonly List<int> _targets = [];
    private readonly int[] _seen;
    private readonly Stack<int> _open = new();
    private int _mark;
    private long _work, _kept;

    /// <exception cref="ArgumentException">The pattern is invalid or too large.</exception>
    public PatternAutomaton(PatternParser parser, string pattern, string parameterName)
    {
        (_program, _pattern, _parameterName) = (new PatternProgram(parser.Parse(), pattern, parameterName), pattern, parameterName);
        Classes = new SymbolClasses(_program.Sets);
        _seen = new int[_program.Count];
        Explore();
    }

    public SymbolClasses Classes { get; }

    public int Count => _states.Count;

    // The end is the least place.
    public bool Accepts(int state) => _states.Items[state] is [PatternProgram.End, ..];

    /// <summary>The state after a symbol of a class, or -1; always -1 for class -1.</summary>
    public int Next(int state, int symbolClass) => symbolClass < 0 ? -1 : _targets[(state * Classes.Count) + symbolClass];

    /// <summary>The automaton over tokens, if each token is a symbol.</summary>
    public TokenTransitions ToTokens(SequenceFormat format, string subject)
    {
        var builder = new TransitionsBuilder([.. Enumerable.Range(0, format.VocabularySize).Select(Classes.Of)], subject);
        for (int state = 0; state < Count; state++)
        {
            for (int symbolClass = 0; symbolClass < Classes.Count; symbolClass++)
            {
                if (Next(state, symbolClass) is var next and >= 0)
                    builder.AddTransition(symbolClass, next);
            }

            builder.AddState(Accepts(state));
        }

        return builder.Build(0);
    }

    private void Explore()
    {
        Number([_program.Start]);
        List<int>[] next = [.. Enumerable.Range(0, Classes.Count).Select(_ => new List<int>())];
        for (int state = 0; state < Count; state++)
        {
            foreach (int place in _states.Items[state])
            {
                int[] classes = place == PatternProgram.End ? [] : Classes.OfSets[_program.SetOf(place)];
                foreach (int symbolClass in classes)
                    next[symbolClass].Add(_program.Next(place));
                Spend(classes.Length);
            }

            foreach (List<int> places in next)
            {
                _targets.Add(places.Count == 0 ? -1 : Number(places));
                places.Clear();
            }

            Spend(next.Length);
        }
    }

    /// <summary>The state of the reading places, and the end, that are reachable from some places without a symbol.</summary>
    private int Number(List<int> places)
    {
        var reached = new List<int>();
        _mark++;
        foreach (int start in places)
        {
            _open.Push(start);
            while (_open.TryPop(out int place))
            {
                if (_seen[place] == _mark)
                    continue;
                _seen[place] = _mark;
                Spend(1);
                if (place == PatternProgram.End || _program.SetOf(place) >= 0)
                {
                    reached.Add(place);
                    continue;
                }

                _open.Push(_program.Other(place));
                _open.Push(_program.Next(place));
            }
        }

        reached.Sort();
        int known = Count, number = _states.Of([.. reached]);
        if (Count == known)
            return number;
        _kept += reached.Count;
        if (Count > MostStates || (long)Count * Classes.Count > MostCells || _kept > MostPlacesKept)
            throw TooLarge();
        return number;
    }

    private void Spend(int work)
    {
        if ((_work += work) > MostWork)
            throw TooLarge();
    }

    private ArgumentException TooLarge() => new(
        $"The pattern '{PatternProgram.Shorten(_pattern)}' needs too large an automaton (more than {Count - 1} states). "
            + "Repeat less, or less that can begin in several places at once, such as '.*' before a counted repetition.",
        _parameterName);
}
