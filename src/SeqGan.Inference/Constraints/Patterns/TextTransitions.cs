namespace SeqGan.Constraints;

/// <summary>Makes the automaton over tokens whose texts an automaton over characters reads.</summary>
/// <remarks>Tokens spelled with the same classes of characters are one; common beginnings of spellings are read once.</remarks>
internal sealed class TextTransitions
{
    private const long MostWork = 1 << 26;
    private const int Root = 0;

    // Before the first token of a text: the automaton's first state, without a separator to read.
    private const int BeforeFirst = -1;

    private readonly PatternAutomaton _automaton;
    private readonly string _subject;
    private readonly int[] _separator;

    // A tree of spellings: children by class of character, and the spelling that ends at a node, or -1.
    private readonly List<List<(int Class, int Child)>> _children = [[]];
    private readonly List<int> _spelled = [-1];
    private readonly int[] _spellingOf;
    private int[] _classOfSpelling = [];
    private int _classesUsed = 1;
    private long _work;

    // The automaton's states in which a token can begin.
    private readonly Numbering<int> _states = new();

    public TextTransitions(PatternAutomaton automaton, Vocabulary vocabulary, string separator, string subject)
    {
        (_automaton, _subject) = (automaton, subject);
        _separator = Classes(separator);
        _spellingOf = new int[vocabulary.Count];
        Array.Fill(_spellingOf, -1);
        int spellings = 0;
        for (int token = Vocabulary.SpecialTokenCount; token < vocabulary.Count; token++)
        {
            int[] classes = Classes(vocabulary.GetToken(token));
            if (Array.IndexOf(classes, -1) >= 0)
                continue;
            int node = Enter(classes);
            if (_spelled[node] < 0)
                _spelled[node] = spellings++;
            _spellingOf[token] = _spelled[node];
        }

        _classOfSpelling = new int[spellings];
    }

    public TokenTransitions Build()
    {
        _states.Of(_separator.Length > 0 ? BeforeFirst : 0);
        for (int state = 0; state < _states.Count; state++)
            Refine(Read(state));
        int[] representatives = Compact();
        int[] classOf = Array.ConvertAll(_spellingOf, spelling => spelling < 0 ? -1 : _classOfSpelling[spelling]);
        var builder = new TransitionsBuilder(classOf, _subject);
        for (int state = 0; state < _states.Count; state++)
        {
            foreach ((int tokenClass, int target) in Transitions(state, representatives))
                builder.AddTransition(tokenClass, target);
            builder.AddState(_automaton.Accepts(Math.Max(0, _states.Items[state])));
        }

        return builder.Build(0);
    }

    private int[] Classes(string text) => [.. text.EnumerateRunes().Select(rune => _automaton.Classes.Of(rune.Value))];

    private int Enter(int[] classes)
    {
        int node = Root;
        foreach (int symbolClass in classes)
        {
            int child = _children[node].Find(entry => entry.Class == symbolClass).Child;
            if (child == 0)
            {
                child = _children.Count;
                _children[node].Add((symbolClass, child));
                _children.Add([]);
                _spelled.Add(-1);
            }

            node = child;
        }

        return node;
    }

    /// <summary>The spellings that can be read in a state, and the states after them.</summary>
    private List<(int Spelling, int Target)> Read(int state)
    {
        var read = new List<(int, int)>();
        int start = _states.Items[state];
        start = start == BeforeFirst
            ? 0
            : _separator.Aggregate(start, (from, symbolClass) => from < 0 ? from : _automaton.Next(from, symbolClass));
        var open = new Stack<(int Node, int State)>(start < 0 ? [] : [(Root, start)]);
        while (open.TryPop(out (int Node, int State) at))
        {
            if ((_work += 1 + _children[at.Node].Count) > MostWork)
                throw new ArgumentException($"{_subject} needs too large an automaton for a vocabulary of this size; repeat less.");
            if (_spelled[at.Node] >= 0)
                read.Add((_spelled[at.Node], _states.Of(at.State)));
            foreach ((int symbolClass, int child) in _children[at.Node])
            {
                if (_automaton.Next(at.State, symbolClass) is var next and >= 0)
                    open.Push((child, next));
            }
        }

        return read;
    }

    // Spellings stay together as long as every state leads them to the same one.
    private void Refine(List<(int Spelling, int Target)> read)
    {
        var renamed = new Numbering<(int Class, int Target)>();
        foreach ((int spelling, int target) in read)
            _classOfSpelling[spelling] = _classesUsed + renamed.Of((_classOfSpelling[spelling], target));
        _classesUsed += renamed.Count;
    }

    /// <summary>Numbers the classes from 0; returns a spelling of each.</summary>
    private int[] Compact()
    {
        var numbers = new Numbering<int>();
        var representatives = new List<int>();
        for (int spelling = 0; spelling < _classOfSpelling.Length; spelling++)
        {
            _classOfSpelling[spelling] = numbers.Of(_classOfSpelling[spelling]);
            if (numbers.Count > representatives.Count)
                representatives.Add(spelling);
        }

        return [.. representatives];
    }

    private IEnumerable<(int Class, int Target)> Transitions(int state, int[] representatives) =>
        from read in Read(state)
        let tokenClass = _classOfSpelling[read.Spelling]
        where representatives[tokenClass] == read.Spelling
        orderby tokenClass
        select (tokenClass, read.Target);
}
