namespace SeqGan;

/// <summary>
/// Which tokens may follow a prefix: a state machine that reads a sequence token by token. A state is an integer; completions that share a
/// prefix share its state.
/// </summary>
/// <remarks>
/// Thread-safe: samplers call it from several threads at once. The result depends on the arguments alone. If a state is not enough, look
/// at the prefix and leave the state at 0. It allows a token only if the sequence can still satisfy it and end within
/// <see cref="SequenceFormat.MaxLength"/> tokens, and the end token only if the sequence may end here. If it allows no token, a sampler
/// throws <see cref="ConstraintException"/>.
/// </remarks>
public interface ITokenConstraint
{
    /// <summary>The format of the sequences that it was made for, except labels; constant.</summary>
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
    /// <param name="allowed">Empty at first. The padding and the unknown token are not generated even if they are marked.</param>
    void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed);
}
