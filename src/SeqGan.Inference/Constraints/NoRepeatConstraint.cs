namespace SeqGan;

/// <summary>No run of some tokens twice in a sequence. The end token is always allowed.</summary>
internal sealed class NoRepeatConstraint(SequenceFormat format, int length) : IPrefixConstraint
{
    public SequenceFormat Format => format;

    public int InitialState => 0;

    public int Advance(int state, ReadOnlySpan<int> prefix, int token) => 0;

    public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
    {
        allowed.AddAll();
        int before = length - 1;
        ReadOnlySpan<int> last = prefix[Math.Max(0, prefix.Length - before)..];
        for (int i = before; i < prefix.Length; i++)
        {
            if (prefix.Slice(i - before, before).SequenceEqual(last))
                allowed[prefix[i]] = false;
        }
    }

    public override string ToString() => length == 1 ? "no token twice" : $"no {length} tokens twice";
}
