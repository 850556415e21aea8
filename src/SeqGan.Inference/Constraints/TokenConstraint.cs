using System.Security.Cryptography;

namespace SeqGan.Constraints;

/// <summary>Makes constraints: what generated sequences must satisfy, token by token.</summary>
/// <remarks>
/// <para>
/// Patterns, sets of sequences and minimum lengths are deterministic automata: they allow a token only if the sequence can still reach an
/// accepted end, the end token included, within the maximum length, so sampling never runs into a dead end, and every sequence ends. The
/// end token is allowed if the tokens before it are accepted. Without an end token, every sequence has exactly the maximum length.
/// </para>
/// <para>
/// A pattern is a regular expression that the whole sequence must match: groups <c>( )</c>, alternatives <c>|</c>, and the quantifiers
/// <c>* + ?</c>, <c>{n}</c>, <c>{n,}</c> and <c>{n,m}</c>, lazy or not. There are no back-references, no look-around and no options. A
/// pattern that needs an automaton of many megabytes is an error.
/// </para>
/// <para>All constraints are immutable and thread-safe; <c>ToString</c> describes them.</para>
/// </remarks>
/// <example>
/// <code>
/// ITokenConstraint plate = TokenConstraint
///     .MatchingText("[A-Z]{2}-[0-9]{4}", corpus.Format, corpus.Vocabulary, corpus.Tokenizer)
///     .And(TokenConstraint.NoRepeat(2, corpus.Format));
/// builder.UseConstraint(plate);
/// </code>
/// </example>
public static class TokenConstraint
{
    /// <summary>The whole text of a sequence, its tokens joined, matches a regular expression over characters.</summary>
    /// <param name="pattern">
    /// A regular expression with .NET's syntax, case sensitive: <c>.</c> (all but the line feed), sets <c>[a-z_]</c> and <c>[^…]</c>,
    /// <c>\d \D \w \W \s \S</c> as in .NET, <c>\t \n \r \f \v \a \e \0 \xHH \uHHHH</c>. A character is a whole Unicode character, so that
    /// <c>.</c> takes an emoji. Unlike in .NET there are no Unicode categories and no subtracted sets.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="vocabulary">The tokens' texts. The unknown token has none and is never allowed.</param>
    /// <param name="tokenizer">
    /// How tokens are joined: <see cref="Tokenizer.Characters"/>, <see cref="Tokenizer.Graphemes"/>, <see cref="Tokenizer.Whitespace"/>,
    /// <see cref="Tokenizer.Alphabet"/> or <see cref="Tokenizer.Regex"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The pattern is invalid (the message gives the position) or too large; the vocabulary is null or of another format; or the tokenizer
    /// joins by other rules.
    /// </exception>
    /// <exception cref="ConstraintException">No sequence of the maximum length matches.</exception>
    public static ITokenConstraint MatchingText(string pattern, SequenceFormat format, Vocabulary? vocabulary, ITokenizer? tokenizer)
    {
        ArgumentNullException.ThrowIfNull(format);
        string separator = SeparatorOf(tokenizer);
        if (vocabulary is null)
            throw new ArgumentException($"Without a vocabulary tokens have no text; use {nameof(MatchingTokens)}.", nameof(vocabulary));
        if (vocabulary.DescribeOther(format) is { } difference)
            throw new ArgumentException(difference, nameof(vocabulary));
        var automaton = new PatternAutomaton(new TextPatternParser(pattern, nameof(pattern)), pattern, nameof(pattern));
        var transitions = new TextTransitions(automaton, vocabulary, separator, Describe(pattern));
        return new TokenAutomaton(format, transitions.Build(), $"text matches {pattern}");
    }

    /// <summary>A sequence matches a regular expression over tokens.</summary>
    /// <param name="pattern">
    /// Names of tokens separated by blanks, as in <c>login (view | buy)* logout{1,2}</c>. Put a name with an operator or a blank in double
    /// quotes, or <c>\</c> before the character. <c>.</c> is any token, <c>[a b]</c> one of some, <c>[^a b]</c> any other; the padding,
    /// end and unknown tokens are never among them.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="vocabulary">The tokens' names; without one, names are ids.</param>
    /// <exception cref="ArgumentException">The pattern is invalid or too large, or the vocabulary is of another format.</exception>
    /// <exception cref="ConstraintException">No sequence of the maximum length matches.</exception>
    public static ITokenConstraint MatchingTokens(string pattern, SequenceFormat format, Vocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (vocabulary?.DescribeOther(format) is { } difference)
            throw new ArgumentException(difference, nameof(vocabulary));
        Func<string, int?> find = vocabulary is null
            ? name => TokenPatternParser.ParseId(name, format)
            : name => vocabulary.TryGetId(name, out int id) ? id : null;
        var parser = new TokenPatternParser(pattern, nameof(pattern), Ordinary(format, vocabulary is not null), find);
        var automaton = new PatternAutomaton(parser, pattern, nameof(pattern));
        return new TokenAutomaton(format, automaton.ToTokens(format, Describe(pattern)), $"tokens match {pattern}");
    }

    /// <summary>A sequence is one of a set.</summary>
    /// <param name="sequences">Token ids, with or without the end token; a sequence may be empty. Beginnings and ends share memory.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <exception cref="ArgumentException">There is none, or one does not have the format or has the unknown token.</exception>
    public static ITokenConstraint OneOf(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(format);
        int[][] copies = [.. sequences.Select((sequence, index) => sequence is null
            ? throw new ArgumentException($"Sequence {index} of the set is null.", nameof(sequences))
            : WithoutEnd([.. sequence], index, format, nameof(sequences)))];
        if (copies.Length == 0)
            throw new ArgumentException("The set has no sequence; give at least one.", nameof(sequences));
        return new TokenAutomaton(
            format, SequenceTree.Of(copies, format.VocabularySize), $"one of {copies.Length} sequences, {Fingerprint(copies)}");
    }

    /// <summary>A sequence has at least a number of tokens, without the end token.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="ConstraintException"><paramref name="length"/> is more than the maximum length.</exception>
    public static ITokenConstraint MinimumLength(int length, SequenceFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(format);
        int[] classOf = new int[format.VocabularySize];
        foreach (int special in new[] { format.EndToken, format.PaddingToken }.OfType<int>())
            classOf[special] = -1;

        // Any length that does not fit is the same.
        int states = Math.Min(length, format.MaxLength + 1);
        var builder = new TransitionsBuilder(classOf, "The minimum length");
        for (int state = 0; state <= states; state++)
        {
            builder.AddTransition(0, Math.Min(state + 1, states));
            builder.AddState(state == states);
        }

        return new TokenAutomaton(format, builder.Build(0), $"at least {length} tokens");
    }

    /// <summary>No run of tokens (n-gram) of a given length occurs twice in a sequence; with length 1, no token occurs twice.</summary>
    /// <remarks>The end token is always allowed. Without one, or with another constraint, the sampler throws if no token is left.</remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    /// <exception cref="ConstraintException">There are fewer tokens than in every sequence, so one must occur twice.</exception>
    public static ITokenConstraint NoRepeat(int length, SequenceFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentNullException.ThrowIfNull(format);
        int tokens = Enumerable.Range(0, format.VocabularySize).Count(format.CanGenerate);
        return length > 1 || format.EndToken is not null || tokens >= format.MaxLength
            ? new NoRepeatConstraint(format, length)
            : throw new ConstraintException(
                $"No sequence satisfies the constraint 'no token twice': every sequence has {format.MaxLength} tokens, "
                    + $"and there are {tokens} different ones.",
                []);
    }

    /// <summary>
    /// A sequence has no unknown token: what is sampled without another constraint. It changes no sample; give it to a method that takes
    /// log-probabilities for those of sampling, which without a constraint are those of data, the unknown token among them.
    /// </summary>
    public static ITokenConstraint KnownTokens(SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return new KnownTokensConstraint(format);
    }

    /// <summary>A delegate decides.</summary>
    /// <param name="filter">
    /// Marks the tokens that may follow a prefix in a mask that is empty at first; the prefix is shorter than the maximum length and has no
    /// end token. If it marks none, the sampler throws. Thread-safe; its result depends on the prefix alone.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="name">Its name in messages and checkpoints, with what it depends on: a training resumes only under it.</param>
    public static ITokenConstraint FromFilter(Action<ReadOnlySpan<int>, TokenMask> filter, SequenceFormat format, string name = "filter")
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new FilterConstraint(format, filter, name);
    }

    /// <summary>All of at least one constraint. Automata among them become one, so together they have no dead end.</summary>
    /// <remarks>
    /// Other constraints are asked separately; if several have states, all except one walk through the prefix for each token. If they
    /// forbid the remaining tokens, the sampler throws.
    /// </remarks>
    /// <exception cref="ArgumentException">There is none, their formats differ, or the common automaton is too large.</exception>
    /// <exception cref="ConstraintException">No sequence satisfies all.</exception>
    public static ITokenConstraint All(params IEnumerable<ITokenConstraint> constraints)
    {
        ArgumentNullException.ThrowIfNull(constraints);
        List<ITokenConstraint> parts = [.. constraints.SelectMany(part => part is ConstraintIntersection both ? both.Parts : [part])];
        string? problem = parts.Count == 0 ? "There is no constraint; give at least one."
            : parts.Contains(null!) ? "One of the constraints is null."
            : parts.Select(part => ConstraintGuard.DescribeOtherFormat(part, parts[0].Format)).FirstOrDefault(other => other is not null);
        if (problem is not null)
            throw new ArgumentException(problem, nameof(constraints));
        TokenAutomaton[] automata = [.. parts.OfType<TokenAutomaton>().Distinct()];
        List<ITokenConstraint> joined = [.. parts.Where(part => part is not TokenAutomaton)];
        if (automata.Length > 0)
            joined.Insert(0, automata.Aggregate(Join));
        return joined.Count == 1 ? joined[0] : new ConstraintIntersection(joined);
    }

    /// <summary>Both of two constraints, as <see cref="All"/>.</summary>
    public static ITokenConstraint And(this ITokenConstraint constraint, ITokenConstraint other) => All(constraint, other);

    private static TokenAutomaton Join(TokenAutomaton first, TokenAutomaton second)
    {
        string description = $"{first} and {second}", subject = $"The constraint '{PatternProgram.Shorten(description)}'";
        return new TokenAutomaton(first.Format, AutomatonProduct.Of(first.Transitions, second.Transitions, subject), description);
    }

    private static string SeparatorOf(ITokenizer? tokenizer) => tokenizer switch
    {
        CharacterTokenizer or AlphabetTokenizer or RegexTokenizer => "",
        WhitespaceTokenizer => " ",
        null => throw new ArgumentException(
            $"Without a tokenizer it is not known how tokens are joined; use {nameof(MatchingTokens)}.", nameof(tokenizer)),
        _ => throw new ArgumentException(
            $"A {tokenizer.GetType().Name} joins tokens by its own rules; use {nameof(MatchingTokens)}, or another tokenizer.",
            nameof(tokenizer)),
    };

    private static SymbolSet Ordinary(SequenceFormat format, bool hasUnknown)
    {
        int?[] special = [format.EndToken, format.PaddingToken, format.UnknownToken ?? (hasUnknown ? Vocabulary.UnknownId : null)];
        return SymbolSet.Of([(0, format.VocabularySize - 1)]).Except(SymbolSet.Of(special.OfType<int>().Select(token => (token, token))));
    }

    private static int[] WithoutEnd(int[] sequence, int index, SequenceFormat format, string parameterName)
    {
        if (format.UnknownToken is { } unknown && sequence.Contains(unknown))
            throw new ArgumentException(
                $"Sequence {index} of the set has the unknown token {unknown} at position {Array.IndexOf(sequence, unknown)}, "
                    + "which is never generated; leave the sequence out.",
                parameterName);
        format = new SequenceFormat(format.VocabularySize, format.MaxLength, format.StartToken, format.EndToken, format.PaddingToken);
        int[] content = sequence.Length > 0 && sequence[^1] == format.EndToken ? sequence[..^1] : sequence;
        int maximum = format.MaxLengthWithoutEnd;
        if (content.Length > maximum || (format.EndToken is null && content.Length < maximum))
        {
            string valid = format.EndToken is null ? $"every sequence has {maximum}" : $"the most is {maximum} and an end token";
            throw new ArgumentException($"Sequence {index} of the set has {content.Length} tokens; {valid}.", parameterName);
        }

        format.ThrowIfInvalid(new TokenBatch(sequence, 1, sequence.Length), parameterName);
        return content;
    }

    private static string Fingerprint(int[][] sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int[] sequence in sequences)
        {
            hash.AppendData(MemoryMarshal.AsBytes([sequence.Length]));
            hash.AppendData(MemoryMarshal.AsBytes(sequence.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8));
    }

    private static string Describe(string pattern) => $"The pattern '{PatternProgram.Shorten(pattern)}'";
}
