namespace SeqGan;

/// <summary>What a delegate allows.</summary>
internal sealed class FilterConstraint(SequenceFormat format, TokenFilter filter, string name) : IPrefixConstraint
{
    public SequenceFormat Format => format;

    public int InitialState => 0;

    public int Advance(int state, ReadOnlySpan<int> prefix, int token) => 0;

    public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed) => filter(prefix, allowed);

    public override string ToString() => name;
}
