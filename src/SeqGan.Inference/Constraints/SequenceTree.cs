namespace SeqGan.Constraints;

/// <summary>The least automaton that accepts given sequences alone, made from them in order (Daciuk, Mihov, Watson, Watson 2000).</summary>
internal sealed class SequenceTree
{
    private readonly TransitionsBuilder _builder;
    private readonly Dictionary<int[], int> _finished = new(IntArrays.Comparer);
    private readonly List<Node> _path = [new()];

    private SequenceTree(int[] classOf) => _builder = new TransitionsBuilder(classOf, "The set of sequences");

    /// <summary>The automaton of at least one sequence; sequences have no end tokens.</summary>
    public static TokenTransitions Of(int[][] sequences, int vocabularySize)
    {
        int[] classOf = new int[vocabularySize];
        Array.Fill(classOf, -1);
        foreach ((int tokenClass, int token) in sequences.SelectMany(sequence => sequence).Distinct().Order().Index())
            classOf[token] = tokenClass;
        int[][] ordered = [.. sequences.Select(sequence => Array.ConvertAll(sequence, token => classOf[token]))];
        Array.Sort(ordered, (a, b) => a.AsSpan().SequenceCompareTo(b));
        var tree = new SequenceTree(classOf);
        int[] previous = [];
        foreach (int[] sequence in ordered)
        {
            tree.Add(sequence, previous.AsSpan().CommonPrefixLength(sequence));
            previous = sequence;
        }

        tree.FinishTo(0);
        return tree._builder.Build(tree.Finish(tree._path[0]));
    }

    private void Add(int[] sequence, int common)
    {
        FinishTo(common);
        foreach (int tokenClass in sequence.AsSpan(common))
        {
            _path[^1].Classes.Add(tokenClass);
            _path.Add(new Node());
        }

        _path[^1].Accepts = true;
    }

    // What branches off after this length gets no more sequences.
    private void FinishTo(int length)
    {
        while (_path.Count > length + 1)
        {
            int state = Finish(_path[^1]);
            _path.RemoveAt(_path.Count - 1);
            _path[^1].Targets.Add(state);
        }
    }

    private int Finish(Node node)
    {
        int[] key = [node.Accepts ? 1 : 0, .. node.Classes, .. node.Targets];
        if (_finished.TryGetValue(key, out int state))
            return state;
        for (int i = 0; i < node.Classes.Count; i++)
            _builder.AddTransition(node.Classes[i], node.Targets[i]);
        return _finished[key] = _builder.AddState(node.Accepts);
    }

    private sealed class Node
    {
        public bool Accepts { get; set; }

        public List<int> Classes { get; } = [];

        public List<int> Targets { get; } = [];
    }
}
