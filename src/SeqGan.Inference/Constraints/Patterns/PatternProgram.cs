namespace SeqGan.Constraints;

/// <summary>A regular expression as a nondeterministic automaton (Thompson 1968): a place reads a symbol, forks, or is the end.</summary>
internal sealed class PatternProgram
{
    public const int End = 0;

    // Parts that read nothing cost time, but no place.
    private const int MostPlaces = 1 << 17, MostWork = 1 << 20, Fork = -1;

    private readonly string _pattern, _parameterName;
    private readonly List<int> _set = [Fork], _next = [End], _other = [End];
    private readonly Numbering<SymbolSet> _sets = new();
    private int _work;

    public PatternProgram(PatternNode node, string pattern, string parameterName)
    {
        (_pattern, _parameterName) = (pattern, parameterName);
        Start = Write(node, End);
    }

    public int Start { get; }

    public int Count => _set.Count;

    /// <summary>The sets of symbols, each once.</summary>
    public IReadOnlyList<SymbolSet> Sets => _sets.Items;

    /// <summary>The set that a place reads a symbol of; negative if it reads none.</summary>
    public int SetOf(int place) => _set[place];

    /// <summary>Where a place leads to.</summary>
    public int Next(int place) => _next[place];

    /// <summary>Where else a fork leads to.</summary>
    public int Other(int place) => _other[place];

    /// <summary>Writes a part that continues at a place, and returns where it begins.</summary>
    private int Write(PatternNode node, int next)
    {
        if (++_work > MostWork)
            throw TooLarge();
        switch (node)
        {
            case PatternNode.Symbols symbols:
                return Add(_sets.Of(symbols.Set), next, next);
            case PatternNode.Sequence sequence:
                for (int i = sequence.Parts.Count - 1; i >= 0; i--)
                    next = Write(sequence.Parts[i], next);
                return next;
            case PatternNode.Choice choice:
                int choices = Write(choice.Parts[^1], next);
                for (int i = choice.Parts.Count - 2; i >= 0; i--)
                    choices = Add(Fork, Write(choice.Parts[i], next), choices);
                return choices;
            default:
                return Write((PatternNode.Repetition)node, next);
        }
    }

    private int Write(PatternNode.Repetition repetition, int next)
    {
        int start = next;
        if (repetition.Most is { } most)
        {
            for (int i = repetition.Least; i < most; i++)
                start = Add(Fork, Write(repetition.Part, start), next);
        }
        else
        {
            start = Add(Fork, next, next);
            _next[start] = Write(repetition.Part, start);
        }

        for (int i = 0; i < repetition.Least; i++)
            start = Write(repetition.Part, start);
        return start;
    }

    private int Add(int set, int next, int other)
    {
        if (Count == MostPlaces)
            throw TooLarge();
        _set.Add(set);
        _next.Add(next);
        _other.Add(other);
        return Count - 1;
    }

    private ArgumentException TooLarge() => new(
        $"The pattern '{Shorten(_pattern)}' is too large: with its repetitions written out it has more than {MostPlaces} parts.",
        _parameterName);

    internal static string Shorten(string pattern) => pattern.Length <= 200 ? pattern : pattern[..200] + "…";
}
