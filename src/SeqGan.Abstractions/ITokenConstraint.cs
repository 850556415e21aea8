namespace SeqGan;

/// <summary>
/// Which tokens may follow a prefix: a state machine that reads a sequence token by token. A state is an integer, so that completions that
/// share a prefix share its state.
/// </summary>
/// <remarks>
/// <para>
/// Thread-safe: samplers ask from several threads at a time. What it answers is a function of the arguments alone. One for which the state
/// is not enough looks at the prefix and may leave the state at 0.
/// </para>
/// <para>
/// It allows a token only if the sequence can still come to an end that satisfies it within <see cref="SequenceFormat.MaxLength"/> tokens,
/// and the end token only where the sequence may end. Where it allows nothing, a sampler throws <see cref="ConstraintException"/>.
/// </para>
/// </remarks>
public interface ITokenConstraint
{
    /// <summary>The format of the sequences that it was made for, apart from labels; constant.</summary>
    SequenceFormat Format { get; }

    /// <summary>The state before the first token.</summary>
    int InitialState { get; }

    /// <summary>The state after one more token.</summary>
    /// <param name="state">The state after <paramref name="prefix"/>.</param>
    /// <param name="prefix">The tokens before; fewer than the maximum length.</param>
    /// <param name="token">A token that <see cref="Allow"/> allowed after this prefix.</param>
    int Advance(int state, ReadOnlySpan<int> prefix, int token);

    /// <summary>Marks the tokens that may follow a prefix.</summary>
    /// <param name="state">The state after <paramref name="prefix"/>.</param>
    /// <param name="prefix">The tokens before; fewer than the maximum length, and no end token among them.</param>
    /// <param name="allowed">Nothing is allowed yet; the padding token stays forbidden whatever is marked.</param>
    void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed);
}
