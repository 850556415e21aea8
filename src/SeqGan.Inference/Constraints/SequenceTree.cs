using System.Runtime.InteropServices;

namespace SeqGan.Constraints;

/// <summary>
/// The least automaton that accepts given sequences alone, made from them in order (Daciuk, Mihov, Watson, Watson 2000): sequences share
/// their beginnings and their ends.
/// </summary>
internal sealed class SequenceTree
{
    private readonly TransitionsBuilder _builder;
    private readonly Dictionary<NodeKey, int> _finished = [];
    private readonly List<Node> _path = [new()];

    private SequenceTree(int[] classOf) => _builder = new TransitionsBuilder(classOf, "The set of sequences");

    /// <param name="sequences">Sequences without their end tokens, at least one.</param>
    /// <param name="vocabularySize">The number of tokens.</param>
    public static TokenTransitions Of(int[][] sequences, int vocabularySize)
    {
        int[] classOf = ClassOfTokens(sequences, vocabularySize);
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

    private static int[] ClassOfTokens(int[][] sequences, int vocabularySize)
    {
        bool[] isUsed = new bool[vocabularySize];
        foreach (int[] sequence in sequences)
        {
            foreach (int token in sequence)
                isUsed[token] = true;
        }

        int count = 0;
        return Array.ConvertAll(isUsed, used => used ? count++ : -1);
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

    // What branches off behind this length gets no more sequences.
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
        var key = new NodeKey([node.Accepts ? 1 : 0, .. node.Classes, .. node.Targets]);
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

    private readonly struct NodeKey(int[] content) : IEquatable<NodeKey>
    {
        private readonly int[] _content = content;

        public bool Equals(NodeKey other) => _content.AsSpan().SequenceEqual(other._content);

        public override bool Equals(object? obj) => obj is NodeKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(_content.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
