namespace SeqGan;

/// <summary>A sequence on its way into a corpus.</summary>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Label">Its label; <see cref="NoLabel"/> where sequences have none.</param>
/// <param name="Number">Its line in the file, or its place in the order of reading.</param>
internal readonly record struct LabelledSequence(int[] Tokens, int Label, int Number)
{
    public const int NoLabel = -1;

    /// <summary>Sequences are the same when tokens and label are.</summary>
    public static IEqualityComparer<LabelledSequence> Comparer { get; } = new TokensAndLabel();

    private sealed class TokensAndLabel : IEqualityComparer<LabelledSequence>
    {
        public bool Equals(LabelledSequence x, LabelledSequence y) => x.Label == y.Label && SequenceComparer.Instance.Equals(x.Tokens, y.Tokens);

        public int GetHashCode(LabelledSequence obj) => HashCode.Combine(obj.Label, SequenceComparer.Instance.GetHashCode(obj.Tokens));
    }
}
