using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SeqGan.Constraints;

/// <summary>Makes constraints: what generated sequences must satisfy, token by token.</summary>
/// <remarks>
/// <para>
/// Patterns, sets of sequences and minimum lengths are deterministic automata: they allow a token only if the sequence can still reach an
/// accepted end within the maximum length, so sampling never runs into a dead end. A sequence ends with its end token, which is allowed if
/// the tokens before it are accepted and counts towards the maximum length, or without one at the maximum length, if all its tokens are
/// accepted. Without an end token in the format, every sequence has exactly the maximum length.
/// </para>
/// <para>
/// A pattern is a regular expression that the whole sequence must match: groups <c>( )</c>, alternatives <c>|</c>, and the quantifiers
/// <c>* + ?</c>, <c>{n}</c>, <c>{n,}</c> and <c>{n,m}</c>. A lazy quantifier (<c>*?</c>) is the same as an eager one. There are no
/// back-references, no look-around and no options. A pattern that needs an automaton of many megabytes is an error.
/// </para>
/// <para>All constraints are immutable and thread-safe; <c>ToString</c> describes them.</para>
/// </remarks>
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
    /// The pattern is invalid (the message names the position) or too large; there is no vocabulary, or one of another format; or the
    /// tokenizer joins by other rules.
    /// </exception>
    /// <exception cref="ConstraintException">No sequence of the maximum length matches.</exception>
    public static ITokenConstraint MatchingText(string pattern, SequenceFormat format, Vocabulary? vocabulary, ITokenizer? tokenizer)
    {
        ArgumentNullException.ThrowIfNull(format);
        string separator = SeparatorOf(tokenizer);
        if (vocabulary is null)
            throw new ArgumentException($"Without a vocabulary tokens have no text; use {nameof(MatchingTokens)}.", nameof(vocabulary));
        ThrowIfOther(vocabulary, format);
        var automaton = PatternAutomaton.Create(new TextPatternParser(pattern, nameof(pattern)), pattern, nameof(pattern));
        string description = $"text matches {pattern}";
        return new TokenAutomaton(format, new TextTransitions(automaton, vocabulary, separator, Describe(pattern)).Build(), description);
    }

    /// <summary>A sequence matches a regular expression over tokens.</summary>
    /// <param name="pattern">
    /// Names of tokens separated by blanks, as in <c>login (view | buy)* logout{1,2}</c>. Put a name with an operator or a blank in double
    /// quotes, or <c>\</c> before the character. <c>.</c> is any token, <c>[a b]</c> one of some, <c>[^a b]</c> any other; the padding,
    /// end and unknown tokens are never among them.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="vocabulary">The tokens' names; without one, names are ids.</param>
    /// <exception cref="ArgumentException">
    /// The pattern is invalid (the message names the position), has a token that the vocabulary lacks, or is too large; or the vocabulary
    /// is of another format.
    /// </exception>
    /// <exception cref="ConstraintException">No sequence of the maximum length matches.</exception>
    public static ITokenConstraint MatchingTokens(string pattern, SequenceFormat format, Vocabulary? vocabulary = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (vocabulary is not null)
            ThrowIfOther(vocabulary, format);
        Func<string, int?> find = vocabulary is null
            ? name => TokenPatternParser.ParseId(name, format)
            : name => vocabulary.TryGetId(name, out int id) ? id : null;
        var parser = new TokenPatternParser(pattern, nameof(pattern), Ordinary(format, vocabulary is not null), find);
        var automaton = PatternAutomaton.Create(parser, pattern, nameof(pattern));
        return new TokenAutomaton(format, PatternTransitions.Of(automaton, format, Describe(pattern)), $"tokens match {pattern}");
    }

    /// <summary>A sequence is one of a set.</summary>
    /// <param name="sequences">The allowed sequences of token ids, each with or without its end token; one may be empty.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <remarks>Memory: the sequences share their beginnings and their ends.</remarks>
    /// <exception cref="ArgumentException">There is none, or one does not have the format.</exception>
    public static ITokenConstraint OneOf(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(format);
        int[][] copies = [.. sequences.Select((sequence, index) => sequence is null
            ? throw new ArgumentException($"Sequence {index} of the set is null.", nameof(sequences))
            : WithoutEnd([.. sequence], index, format, nameof(sequences)))];
        if (copies.Length == 0)
            throw new ArgumentException("The set has no sequence; give at least one.", nameof(sequences));
        string description = $"one of {copies.Length} sequences, {Fingerprint(copies)}";
        return new TokenAutomaton(format, SequenceTree.Of(copies, format.VocabularySize), description);
    }

    /// <summary>A sequence has at least a number of tokens, without the end token.</summary>
    /// <param name="length">The least number of tokens; from 0 to the maximum length.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="ConstraintException">It is more than the maximum length.</exception>
    public static ITokenConstraint MinimumLength(int length, SequenceFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentNullException.ThrowIfNull(format);
        int[] classOf = new int[format.VocabularySize];
        foreach (int special in new[] { format.EndToken, format.PaddingToken }.OfType<int>())
            classOf[special] = -1;

        // One token more than there is room for is the same as any larger number.
        int states = Math.Min(length, format.MaxLength + 1);
        var builder = new TransitionsBuilder(classOf, "The minimum length");
        for (int state = 0; state <= states; state++)
        {
            builder.AddTransition(0, Math.Min(state + 1, states));
            builder.AddState(state == states);
        }

        return new TokenAutomaton(format, builder.Build(0), $"at least {length} tokens");
    }

    /// <summary>No run of tokens of a given length occurs twice in a sequence.</summary>
    /// <param name="length">The number of tokens of a run (n of n-grams); 1 means that no token occurs twice.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <remarks>
    /// The end token is always allowed. In a format without one, or with another constraint, no token may be left; the sampler then throws.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1.</exception>
    /// <exception cref="ConstraintException">There are fewer tokens than in every sequence, so one must occur twice.</exception>
    public static ITokenConstraint NoRepeat(int length, SequenceFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentNullException.ThrowIfNull(format);
        int tokens = format.VocabularySize - (format.PaddingToken is null ? 0 : 1);
        if (length == 1 && format.EndToken is null && tokens < format.MaxLength)
        {
            throw new ConstraintException(
                $"No sequence satisfies the constraint 'no token twice': every sequence has {format.MaxLength} tokens, "
                    + $"and there are {tokens} different ones.",
                []);
        }

        return new NoRepeatConstraint(format, length);
    }

    /// <summary>A constraint that a delegate decides.</summary>
    /// <param name="filter">
    /// Marks the tokens that may follow a prefix: it gets the tokens before, fewer than the maximum length and without an end token, and a
    /// mask that allows no token yet. If it allows none, the sampler throws. Several threads call it at once; the result must depend on the
    /// prefix alone.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="name">
    /// The constraint's name in messages and checkpoints. Include what the constraint depends on: a training resumes only under the same
    /// name.
    /// </param>
    public static ITokenConstraint FromFilter(Action<ReadOnlySpan<int>, TokenMask> filter, SequenceFormat format, string name = "filter")
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new FilterConstraint(format, filter, name);
    }

    /// <summary>All of some constraints at once. Automata among them become one, so together they have no dead end.</summary>
    /// <param name="constraints">At least one; all of the same format.</param>
    /// <remarks>
    /// Other constraints are asked separately; if several have states, all except one walk through the prefix for each token. If a filter,
    /// <see cref="NoRepeat"/> or your own constraint forbids the remaining tokens, the sampler throws.
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
    /// <param name="constraint">The first one.</param>
    /// <param name="other">The second one, of the same format.</param>
    /// <exception cref="ArgumentException">Their formats differ, or the common automaton is too large.</exception>
    /// <exception cref="ConstraintException">No sequence satisfies both.</exception>
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
            $"A {tokenizer.GetType().Name} joins tokens by rules that an automaton over characters does not know; "
                + $"use {nameof(MatchingTokens)}, or a tokenizer that joins with nothing or one space between.",
            nameof(tokenizer)),
    };

    private static void ThrowIfOther(Vocabulary vocabulary, SequenceFormat format)
    {
        if (vocabulary.Count != format.VocabularySize)
        {
            throw new ArgumentException(
                $"The vocabulary has {vocabulary.Count} tokens; the format's has {format.VocabularySize}.", nameof(vocabulary));
        }

        if (CompiledPolicy.DescribeOtherSpecialTokens(format) is { } difference)
            throw new ArgumentException(difference, nameof(vocabulary));
    }

    private static SymbolSet Ordinary(SequenceFormat format, bool hasUnknown)
    {
        int?[] special = [format.EndToken, format.PaddingToken, hasUnknown ? Vocabulary.UnknownId : null];
        return SymbolSet.Of([(0, format.VocabularySize - 1)]).Except(SymbolSet.Of(special.OfType<int>().Select(token => (token, token))));
    }

    private static int[] WithoutEnd(int[] sequence, int index, SequenceFormat format, string parameterName)
    {
        format = new SequenceFormat(format.VocabularySize, format.MaxLength, format.StartToken, format.EndToken, format.PaddingToken);
        if (sequence.Length > format.MaxLength || (format.EndToken is null && sequence.Length < format.MaxLength))
        {
            string valid = format.EndToken is null ? "every sequence has" : "the maximum length is";
            throw new ArgumentException(
                $"Sequence {index} of the set has {sequence.Length} tokens; {valid} {format.MaxLength}.", parameterName);
        }

        format.ThrowIfInvalid(new TokenBatch(sequence, 1, sequence.Length), parameterName);
        return sequence.Length > 0 && sequence[^1] == format.EndToken ? sequence[..^1] : sequence;
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
