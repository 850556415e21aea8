using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SeqGan;

/// <summary>Takes what a regular expression matches for a token, and each character between the matches too; joining puts nothing between.</summary>
/// <remarks>
/// <para>
/// For text whose tokens have a syntax, such as SMILES, log lines or source code. Letters are compared without regard to a
/// culture. A character is never split: a match that ends within a surrogate pair takes the whole pair. A lone surrogate
/// becomes U+FFFD. Joining gives the text back. Thread-safe.
/// </para>
/// <para>
/// The pattern may come from a model file of a stranger. A match takes time in proportion to the text
/// (<see cref="RegexOptions.NonBacktracking"/>), but a pattern can be written that looks through the rest of the text for each
/// token. The matching therefore ends with a <see cref="SeqGanException"/> where one match takes 2 seconds, or all of a text
/// take 2 seconds and 20 microseconds for each character: a hundred times what ordinary patterns need.
/// </para>
/// </remarks>
public sealed class RegexTokenizer : ITokenizer
{
    // Counted repetitions cost memory with their counts multiplied; no tokenizer needs such ones.
    private const int LongestPattern = 2000, MostRepetitions = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2), s_patiencePerCharacter = TimeSpan.FromMicroseconds(20);
    private static readonly string[] s_probes = ["", "a", "a b", "1, 2.\n", "()"];
    private readonly Regex _regex;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="pattern">
    /// A regular expression of .NET of at most 2000 characters, without look-around, back-references and atomic groups, that
    /// matches no empty string. Its counted repetitions, multiplied, are at most 1000; at most 50 groups are repeated, and these
    /// nest at most 5 deep; it has at most 100 different characters and sets of them.
    /// </param>
    /// <exception cref="ArgumentException">The pattern is not such a one.</exception>
    public RegexTokenizer(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (pattern.Length > LongestPattern)
            throw new ArgumentException($"The pattern has {pattern.Length} characters; a tokenizer's has at most {LongestPattern}.", nameof(pattern));
        if (Repetitions(pattern) > MostRepetitions)
            throw new ArgumentException($"The pattern '{pattern}' repeats too much: the numbers in braces, multiplied, may be at most {MostRepetitions}.", nameof(pattern));
        if (PatternLimits.FindExcess(pattern) is { } excess)
            throw new ArgumentException($"The pattern '{pattern}' would cost too much time and memory: {excess}.", nameof(pattern));
        bool matchesNothing;
        try
        {
            _regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_patience);
            matchesNothing = Array.Exists(s_probes, MatchesNothing);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            string use = error is NotSupportedException ? " Use none of look-ahead, look-behind, back-references, atomic groups and balancing groups." : "";
            throw new ArgumentException($"The pattern '{pattern}' cannot be used: {error.Message}{use}", nameof(pattern), error);
        }

        if (matchesNothing)
            throw new ArgumentException($"The pattern '{pattern}' matches the empty string; a token has at least one character, so write '+' in place of '*', for example.", nameof(pattern));
        Pattern = pattern;
    }

    /// <summary>The regular expression.</summary>
    public string Pattern { get; }

    /// <inheritdoc/>
    /// <exception cref="SeqGanException">The pattern takes too long for this text.</exception>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Cut(WellFormedText.Of(text));
    }

    /// <inheritdoc/>
    public string Join(IEnumerable<string> tokens) => string.Concat(tokens);

    private IEnumerable<string> Cut(string text)
    {
        int start = 0;
        TimeSpan left = s_patience + text.Length * s_patiencePerCharacter;
        Match match = Find(text, 0, ref left);
        while (match.Success)
        {
            int matchStart = Math.Max(start, IsWithinPair(text, match.Index) ? match.Index - 1 : match.Index);
            int matchEnd = match.Index + match.Length;
            matchEnd = IsWithinPair(text, matchEnd) ? matchEnd + 1 : matchEnd;
            if (match.Length == 0 || matchEnd <= start)
            {
                match = Find(match.NextMatch, text, ref left);
                continue;
            }

            for (; start < matchStart; start += WellFormedText.RuneLength(text, start))
                yield return text.Substring(start, WellFormedText.RuneLength(text, start));
            yield return text[matchStart..matchEnd];
            start = matchEnd;
            match = match.Index + match.Length == start ? Find(match.NextMatch, text, ref left) : Find(text, start, ref left);
        }

        for (; start < text.Length; start += WellFormedText.RuneLength(text, start))
            yield return text.Substring(start, WellFormedText.RuneLength(text, start));
    }

    private Match Find(string text, int start, ref TimeSpan left) => Find(() => _regex.Match(text, start), text, ref left);

    /// <summary>The next match, unless the time that is left for the text is over; the caller's own time does not count.</summary>
    private Match Find(Func<Match> search, string text, ref TimeSpan left)
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            Match match = search();
            left -= Stopwatch.GetElapsedTime(begin);
            return left >= TimeSpan.Zero ? match : throw TooSlow(text, null);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw TooSlow(text, error);
        }
    }

    private SeqGanException TooSlow(string text, Exception? error) =>
        new($"The pattern '{Pattern}' takes too long for a text of {text.Length} characters; write it so that a token can be told by its own characters, without '.*' before what may be far away.", error);

    private static bool IsWithinPair(string text, int index) =>
        index > 0 && index < text.Length && char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1]);

    private bool MatchesNothing(string text)
    {
        foreach (ValueMatch match in _regex.EnumerateMatches(text))
        {
            if (match.Length == 0)
                return true;
        }

        return false;
    }

    /// <summary>The product of all numbers of repetitions in braces: an upper bound of how often anything nested is repeated.</summary>
    private static double Repetitions(string pattern)
    {
        double product = 1;
        for (int open = pattern.IndexOf('{', StringComparison.Ordinal); open >= 0; open = pattern.IndexOf('{', open + 1))
        {
            int close = pattern.IndexOf('}', open);
            if (close < 0)
                break;
            ReadOnlySpan<char> bounds = pattern.AsSpan(open + 1, close - open - 1);
            int comma = bounds.IndexOf(',');
            ReadOnlySpan<char> last = comma >= 0 && bounds.Length > comma + 1 ? bounds[(comma + 1)..] : comma >= 0 ? bounds[..comma] : bounds;
            if (double.TryParse(last, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out double count))
                product *= Math.Max(1, count);
        }

        return product;
    }
}
