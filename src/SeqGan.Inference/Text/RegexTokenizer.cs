using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SeqGan.Text;

/// <inheritdoc cref="Tokenizer.Regex"/>
internal sealed class RegexTokenizer : ITokenizer
{
    // Counted repetitions cost memory with their counts multiplied; no tokenizer needs such ones.
    private const int LongestPattern = 2000, MostRepetitions = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2), s_patiencePerCharacter = TimeSpan.FromMicroseconds(20);
    private static readonly string[] s_probes = ["", "a", "a b", "1, 2.\n", "()"];
    private readonly Regex _regex;

    public RegexTokenizer(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (pattern.Length > LongestPattern)
            throw new ArgumentException($"The pattern has {pattern.Length} characters, more than {LongestPattern}.", nameof(pattern));
        if (Repetitions(pattern) > MostRepetitions)
            throw Invalid($"repeats too much: the product of the numbers in braces may be at most {MostRepetitions}.");
        if (PatternLimits.FindExcess(pattern) is { } excess)
            throw Invalid($"would cost too much time and memory: {excess}.");
        bool matchesNothing;
        try
        {
            _regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, s_patience);
            matchesNothing = Array.Exists(s_probes, MatchesNothing);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException or RegexMatchTimeoutException)
        {
            string use = error is NotSupportedException
                ? " Use none of look-ahead, look-behind, back-references, atomic groups and balancing groups."
                : "";
            throw Invalid($"cannot be used: {error.Message}{use}", error);
        }

        if (matchesNothing)
            throw Invalid("matches the empty string; a token has at least one character, so write '+' for '*', for example.");
        Pattern = pattern;

        ArgumentException Invalid(string problem, Exception? cause = null) =>
            new($"The pattern '{pattern}' {problem}", nameof(pattern), cause);
    }

    public string Pattern { get; }

    /// <exception cref="SeqGanException">The pattern takes too long for this text.</exception>
    public IEnumerable<string> Tokenize(string text) => Cut(WellFormedText.Of(text));

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

    /// <summary>The next match, unless the time for the text is over; time spent by the caller does not count.</summary>
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
        new($"The pattern '{Pattern}' takes too long for a text of {text.Length} characters; avoid '.*' before distant text.", error);

    private static bool IsWithinPair(string text, int index) =>
        index > 0 && index < text.Length && char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1]);

    private bool MatchesNothing(string text) => _regex.Matches(text).Any(match => match.Length == 0);

    /// <summary>The product of all counts in braces: an upper bound of how often anything nested is repeated.</summary>
    private static double Repetitions(string pattern)
    {
        double product = 1;
        foreach (string part in pattern.Split('{').Skip(1))
        {
            string bounds = part.IndexOf('}') is var close and >= 0 ? part[..close].TrimEnd(',') : "";
            if (double.TryParse(bounds.Split(',', 2)[^1], NumberStyles.None, CultureInfo.InvariantCulture, out double count))
                product *= Math.Max(1, count);
        }

        return product;
    }
}
