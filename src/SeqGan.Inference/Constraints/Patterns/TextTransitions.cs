using System.Text;

namespace SeqGan;

/// <summary>
/// Makes the automaton over tokens whose texts an automaton over characters reads. Tokens spelled with the same classes of characters are
/// one; common beginnings of spellings are read once.
/// </summary>
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
    private int _lastClass;
    private long _work;

    // The automaton's states in which a token can begin.
    private readonly List<int> _states = [];
    private readonly Dictionary<int, int> _numbers = [];

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
        Number(_separator.Length > 0 ? BeforeFirst : 0);
        for (int state = 0; state < _states.Count; state++)
            Refine(Read(state));
        int[] representatives = Compact();
        var builder = new TransitionsBuilder(ClassOfTokens(), _subject);
        for (int state = 0; state < _states.Count; state++)
        {
            foreach ((int Class, int Target) transition in Transitions(state, representatives))
                builder.AddTransition(transition.Class, transition.Target);
            builder.AddState(_automaton.Accepts(Math.Max(0, _states[state])));
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

    private int Number(int state)
    {
        if (_numbers.TryGetValue(state, out int number))
            return number;
        _states.Add(state);
        return _numbers[state] = _states.Count - 1;
    }

    /// <summary>The spellings that can be read in a state, and the states after them.</summary>
    private List<(int Spelling, int Target)> Read(int state)
    {
        var read = new List<(int, int)>();
        int from = Math.Max(0, _states[state]);
        if (_states[state] != BeforeFirst)
        {
            foreach (int symbolClass in _separator)
                from = from < 0 ? from : _automaton.Next(from, symbolClass);
        }

        if (from >= 0)
            Read(Root, from, read);
        return read;
    }

    private void Read(int root, int start, List<(int Spelling, int Target)> read)
    {
        var open = new Stack<(int Node, int State)>([(root, start)]);
        while (open.TryPop(out (int Node, int State) at))
        {
            if ((_work += 1 + _children[at.Node].Count) > MostWork)
                throw new ArgumentException($"{_subject} needs too large an automaton for a vocabulary of this size; repeat less.");
            if (_spelled[at.Node] >= 0)
                read.Add((_spelled[at.Node], Number(at.State)));
            foreach ((int symbolClass, int child) in _children[at.Node])
            {
                if (_automaton.Next(at.State, symbolClass) is var next and >= 0)
                    open.Push((child, next));
            }
        }
    }

    // Spellings stay together as long as every state leads them to the same one.
    private void Refine(List<(int Spelling, int Target)> read)
    {
        var renamed = new Dictionary<(int Class, int Target), int>();
        foreach ((int spelling, int target) in read)
        {
            (int, int) key = (_classOfSpelling[spelling], target);
            if (!renamed.TryGetValue(key, out int other))
                renamed[key] = other = ++_lastClass;
            _classOfSpelling[spelling] = other;
        }
    }

    /// <summary>Numbers the classes from 0; returns a spelling of each.</summary>
    private int[] Compact()
    {
        var numbers = new Dictionary<int, int>();
        var representatives = new List<int>();
        for (int spelling = 0; spelling < _classOfSpelling.Length; spelling++)
        {
            if (!numbers.TryGetValue(_classOfSpelling[spelling], out int number))
            {
                numbers[_classOfSpelling[spelling]] = number = representatives.Count;
                representatives.Add(spelling);
            }

            _classOfSpelling[spelling] = number;
        }

        return [.. representatives];
    }

    private IEnumerable<(int Class, int Target)> Transitions(int state, int[] representatives) =>
        from read in Read(state)
        let tokenClass = _classOfSpelling[read.Spelling]
        where representatives[tokenClass] == read.Spelling
        orderby tokenClass
        select (tokenClass, read.Target);

    private int[] ClassOfTokens() => [.. _spellingOf.Select(spelling => spelling < 0 ? -1 : _classOfSpelling[spelling])];
}

/// <summary>Turns an automaton over symbols into one over tokens, where each token is a symbol.</summary>
internal static class PatternTransitions
{
    public static TokenTransitions Of(PatternAutomaton automaton, SequenceFormat format, string subject)
    {
        int[] classOf = new int[format.VocabularySize];
        for (int token = 0; token < classOf.Length; token++)
            classOf[token] = automaton.Classes.Of(token);
        var builder = new TransitionsBuilder(classOf, subject);
        for (int state = 0; state < automaton.Count; state++)
        {
            for (int symbolClass = 0; symbolClass < automaton.Classes.Count; symbolClass++)
            {
                if (automaton.Next(state, symbolClass) is var next and >= 0)
                    builder.AddTransition(symbolClass, next);
            }

            builder.AddState(automaton.Accepts(state));
        }

        return builder.Build(0);
    }
}
