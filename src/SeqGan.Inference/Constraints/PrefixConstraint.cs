namespace SeqGan.Constraints;

/// <summary>A constraint that looks at the prefix and has no state.</summary>
internal abstract class PrefixConstraint(SequenceFormat format) : ITokenConstraint
{
    public SequenceFormat Format => format;

    public int InitialState => 0;

    public int Advance(int state, ReadOnlySpan<int> prefix, int token) => 0;

    public abstract void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed);
}

/// <summary>Allows what a delegate allows.</summary>
internal sealed class FilterConstraint(SequenceFormat format, Action<ReadOnlySpan<int>, TokenMask> filter, string name)
    : PrefixConstraint(format)
{
    public override void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed) => filter(prefix, allowed);

    public override string ToString() => name;
}

/// <summary>
/// Allows all but the unknown token: what is generated without another constraint. Samplers and networks know it, and ask nothing.
/// </summary>
internal sealed class KnownTokensConstraint(SequenceFormat format) : PrefixConstraint(format)
{
    public override void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
    {
        allowed.AddAll();
        if (Format.UnknownToken is { } unknown)
            allowed[unknown] = false;
    }

    public override string ToString() => "no unknown token";
}

/// <summary>Forbids that a run of some tokens occurs twice in a sequence. The end token is always allowed.</summary>
internal sealed class NoRepeatConstraint(SequenceFormat format, int length) : PrefixConstraint(format)
{
    public int Length => length;

    public override void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
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
