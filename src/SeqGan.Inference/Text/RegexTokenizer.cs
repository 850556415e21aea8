using System.Text.RegularExpressions;

namespace SeqGan;

/// <summary>Takes what a regular expression matches for a token, and each character between the matches too; joining puts nothing between.</summary>
/// <remarks>
/// For text whose tokens have a syntax, such as SMILES, log lines or source code. The matching takes time in proportion to
/// the text (<see cref="RegexOptions.NonBacktracking"/>), for the pattern may come from a model file of a stranger; letters
/// are compared without regard to a culture. A character is never split: a match that ends within a surrogate pair takes the
/// whole pair. A lone surrogate becomes U+FFFD. Joining gives the text back. Thread-safe.
/// </remarks>
public sealed class RegexTokenizer : ITokenizer
{
    // Counted repetitions cost memory with their counts multiplied; no tokenizer needs such ones.
    private const int LongestPattern = 2000, MostRepetitions = 1000;
    private static readonly string[] s_probes = ["", "a", "a b", "1, 2.\n", "()"];
    private readonly Regex _regex;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="pattern">
    /// A regular expression of .NET of at most 2000 characters, without look-around, back-references and atomic groups, that
    /// matches no empty string; its counted repetitions, multiplied, are at most 1000, its repeated groups nest at most 5 deep,
    /// and it has at most 100 different characters and sets of them.
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
        try
        {
            _regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            string use = error is NotSupportedException ? " Use none of look-ahead, look-behind, back-references, atomic groups and balancing groups." : "";
            throw new ArgumentException($"The pattern '{pattern}' cannot be used: {error.Message}{use}", nameof(pattern), error);
        }

        if (Array.Find(s_probes, MatchesNothing) is not null)
            throw new ArgumentException($"The pattern '{pattern}' matches the empty string; a token has at least one character, so write '+' in place of '*', for example.", nameof(pattern));
        Pattern = pattern;
    }

    /// <summary>The regular expression.</summary>
    public string Pattern { get; }

    /// <inheritdoc/>
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
        Match match = _regex.Match(text);
        while (match.Success)
        {
            int matchStart = Math.Max(start, IsWithinPair(text, match.Index) ? match.Index - 1 : match.Index);
            int matchEnd = match.Index + match.Length;
            matchEnd = IsWithinPair(text, matchEnd) ? matchEnd + 1 : matchEnd;
            if (match.Length == 0 || matchEnd <= start)
            {
                match = match.NextMatch();
                continue;
            }

            for (; start < matchStart; start += WellFormedText.RuneLength(text, start))
                yield return text.Substring(start, WellFormedText.RuneLength(text, start));
            yield return text[matchStart..matchEnd];
            start = matchEnd;
            match = match.Index + match.Length == start ? match.NextMatch() : _regex.Match(text, start);
        }

        for (; start < text.Length; start += WellFormedText.RuneLength(text, start))
            yield return text.Substring(start, WellFormedText.RuneLength(text, start));
    }

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
