using System.Runtime.InteropServices;

namespace SeqGan;

/// <summary>A regular expression as a deterministic automaton over symbol classes (subset construction). It begins in state 0.</summary>
internal sealed class PatternAutomaton
{
    // An ordinary pattern needs a thousandth of this; a larger one fails within a second.
    private const int MostStates = 1 << 16;
    private const long MostCells = 1 << 23, MostWork = 1 << 26, MostPlacesKept = 1 << 23;

    private readonly PatternProgram _program;
    private readonly string _pattern;
    private readonly string _parameterName;
    private readonly Dictionary<StateKey, int> _numbers = [];
    private readonly List<int[]> _states = [];
    private readonly List<bool> _accepts = [];
    private readonly List<int> _targets = [];
    private readonly int[] _seen;
    private readonly Stack<int> _open = new();
    private int _mark;
    private long _work, _kept;

    private PatternAutomaton(PatternProgram program, string pattern, string parameterName)
    {
        (_program, _pattern, _parameterName) = (program, pattern, parameterName);
        Classes = new SymbolClasses(program.Sets);
        _seen = new int[program.Count];
        Explore();
    }

    public SymbolClasses Classes { get; }

    public int Count => _accepts.Count;

    /// <exception cref="ArgumentException">The pattern is invalid or too large.</exception>
    public static PatternAutomaton Create(PatternParser parser, string pattern, string parameterName) =>
        new(new PatternProgram(parser.Parse(), pattern, parameterName), pattern, parameterName);

    public bool Accepts(int state) => _accepts[state];

    /// <summary>The state after a symbol of a class, or -1; always -1 for class -1.</summary>
    public int Next(int state, int symbolClass) => symbolClass < 0 ? -1 : _targets[(state * Classes.Count) + symbolClass];

    private void Explore()
    {
        var first = new List<int>();
        _mark++;
        bool accepts = Close(_program.Start, first);
        Number(first, accepts);
        var next = new List<int>[Classes.Count];
        for (int i = 0; i < next.Length; i++)
            next[i] = [];
        for (int state = 0; state < _states.Count; state++)
        {
            foreach (int place in _states[state])
            {
                foreach (int symbolClass in Classes.OfSets[_program.SetOf(place)])
                    next[symbolClass].Add(_program.Next(place));
                Spend(Classes.OfSets[_program.SetOf(place)].Length);
            }

            foreach (List<int> places in next)
                _targets.Add(Follow(places));
            Spend(next.Length);
            _states[state] = [];
        }
    }

    private int Follow(List<int> places)
    {
        if (places.Count == 0)
            return -1;
        var closed = new List<int>();
        bool accepts = false;
        _mark++;
        foreach (int place in places)
            accepts |= Close(place, closed);
        places.Clear();
        return Number(closed, accepts);
    }

    /// <summary>Adds the reading places that are reachable from a place without a symbol, except those already marked.</summary>
    /// <returns>Whether the end is reachable, too.</returns>
    private bool Close(int start, List<int> reading)
    {
        bool accepts = false;
        _open.Push(start);
        while (_open.TryPop(out int place))
        {
            if (_seen[place] == _mark)
                continue;
            _seen[place] = _mark;
            Spend(1);
            if (place == PatternProgram.End)
            {
                accepts = true;
            }
            else if (_program.SetOf(place) >= 0)
            {
                reading.Add(place);
            }
            else
            {
                _open.Push(_program.Other(place));
                _open.Push(_program.Next(place));
            }
        }

        return accepts;
    }

    private int Number(List<int> places, bool accepts)
    {
        places.Sort();
        var key = new StateKey([.. places], accepts);
        if (_numbers.TryGetValue(key, out int number))
            return number;
        _kept += key.Places.Length;
        if (_states.Count == MostStates || (_states.Count + 1L) * Classes.Count > MostCells || _kept > MostPlacesKept)
            throw TooLarge();
        _states.Add(key.Places);
        _accepts.Add(accepts);
        return _numbers[key] = _states.Count - 1;
    }

    private void Spend(int work)
    {
        if ((_work += work) > MostWork)
            throw TooLarge();
    }

    private ArgumentException TooLarge() => new(
        $"The pattern '{PatternProgram.Shorten(_pattern)}' needs too large an automaton (more than {_states.Count - 1} states). "
            + "Repeat less, or less that can begin in several places at once, such as '.*' before a counted repetition.",
        _parameterName);

    private readonly struct StateKey(int[] places, bool accepts) : IEquatable<StateKey>
    {
        public int[] Places { get; } = places;

        private bool Accepts { get; } = accepts;

        public bool Equals(StateKey other) => Accepts == other.Accepts && Places.AsSpan().SequenceEqual(other.Places);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(Places.AsSpan()));
            hash.Add(Accepts);
            return hash.ToHashCode();
        }
    }
}
