using System.Text.RegularExpressions;

namespace SeqGan.Tests.Constraints;

/// <summary>Regular expressions over characters, beside .NET's.</summary>
public sealed class TextPatternTests
{
    private static readonly ITokenizer s_characters = Tokenizer.Characters;

    [Theory]
    [InlineData("a*")]
    [InlineData("")]
    [InlineData("a|")]
    [InlineData("(a|b)*c")]
    [InlineData("a{2}b{1,2}c?")]
    [InlineData("(ab|ba){2,}")]
    [InlineData("[ab]+?c*?")]
    [InlineData("[^a].*")]
    [InlineData("^(?:a|(?<name>bc))+$")]
    [InlineData("(a*)*b")]
    [InlineData("(|a)+(b?){3}")]
    [InlineData("a{0}b{0,0}c{3,}")]
    [InlineData("(a|ab)(c|bcb)")]
    [InlineData(@"\x61\u0062[\u0063]")]
    [InlineData(@"\w\w[^\W]")]
    public void MatchingText_Pattern_AllowsExactlyWhatLeadsToAMatch(string pattern) => AssertSameAsDotNet(pattern, ["a", "b", "c"], 5);

    [Theory]
    [InlineData("(ab)*")]
    [InlineData("a+(bab)?b")]
    [InlineData("[ab]{3,4}")]
    public void MatchingText_TokensOfSeveralCharacters_AllowsExactlyWhatLeadsToAMatch(string pattern) =>
        AssertSameAsDotNet(pattern, ["a", "b", "ab", "bab", "x"], 4);

    [Theory]
    [InlineData("(up|down)( up| down)*")]
    [InlineData(@"\w+( \w+)?")]
    [InlineData("up (up|down )*down")]
    [InlineData("up")]
    public void MatchingText_WhitespaceTokens_ReadsTheSpaceBetween(string pattern)
    {
        var vocabulary = new Vocabulary(["up", "down", "u"]);
        SequenceFormat format = Format(vocabulary, 4);
        ITokenConstraint constraint = TokenConstraint.MatchingText(pattern, format, vocabulary, Tokenizer.Whitespace);
        var regex = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
        Assert.True(ConstraintLanguage.AssertAccepts(
            constraint, tokens => !tokens.Contains(Vocabulary.UnknownId)
                && regex.IsMatch(string.Join(' ', tokens.Select(vocabulary.GetToken)))) > 0);
    }

    [Fact]
    public void MatchingText_RandomPatterns_MeanWhatTheyMeanInDotNet()
    {
        var random = new Random(5);
        int usable = 0;
        for (int i = 0; i < 400; i++)
        {
            string pattern = RandomPattern(random, 4);
            try
            {
                AssertSameAsDotNet(pattern, ["a", "b", "c"], 4);
                usable++;
            }
            catch (ConstraintException)
            {
                Assert.DoesNotContain(Texts(["a", "b", "c"], 4), text => Regex.IsMatch(text, $"^(?:{pattern})\\z"));
            }
        }

        Assert.True(usable > 200, $"{usable} of the patterns match something.");
    }

    [Theory]
    [InlineData(@"\d")]
    [InlineData(@"\D")]
    [InlineData(@"\w")]
    [InlineData(@"\W")]
    [InlineData(@"\s")]
    [InlineData(@"\S")]
    [InlineData(".")]
    [InlineData(@"[\]\-x-z&&]")]
    [InlineData(@"[]a]")]
    [InlineData(@"[^]a]")]
    [InlineData(@"[a-]")]
    [InlineData(@"\.")]
    [InlineData(@"\\")]
    [InlineData(@"\e|\a|\f|\v|\t|\r|\0|[\b]")]
    public void MatchingText_ClassOfCharacters_HasTheCharactersThatDotNetsHas(string pattern)
    {
        string[] characters = [.. Enumerable.Range(0, char.MaxValue + 1).Select(i => (char)i).Where(c => !char.IsSurrogate(c))
            .Select(c => c.ToString())];
        var vocabulary = new Vocabulary(characters);
        ITokenConstraint constraint = TokenConstraint.MatchingText(pattern, Format(vocabulary, 1), vocabulary, s_characters);
        var regex = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
        string[] allowed = [.. ConstraintLanguage.Allowed(constraint, constraint.InitialState, []).Select(vocabulary.GetToken)];
        Assert.Equal(characters.Where(character => regex.IsMatch(character)), allowed);
    }

    [Fact]
    public void MatchingText_CharacterOutsideTheBasicPlane_IsOneCharacter()
    {
        var vocabulary = new Vocabulary(["a", "😀", "😁"]);
        foreach (string pattern in (string[])["a.a", @"a\uD83D\uDE00a", "a[😀-😂]a", "a[^😁]a"])
        {
            ITokenConstraint constraint = TokenConstraint.MatchingText(pattern, Format(vocabulary, 4), vocabulary, s_characters);
            int state = constraint.Advance(constraint.InitialState, [], 3);
            Assert.Contains(4, ConstraintLanguage.Allowed(constraint, state, [3]));
            Assert.Equal([3], ConstraintLanguage.Allowed(constraint, constraint.Advance(state, [3], 4), [3, 4]));
        }
    }

    [Theory]
    [InlineData("a(b", "at position 1, '(' has no ')'")]
    [InlineData("ab)", "at position 2, ')' has no '('")]
    [InlineData("[ab", "at position 0, '[' has no ']'")]
    [InlineData("*a", "at position 0, '*' has nothing before it")]
    [InlineData("a|+", "at position 2, '+' has nothing before it")]
    [InlineData("a**", "at position 2, a quantifier follows a quantifier")]
    [InlineData("a{2,1}", "at position 1, {2,1} ends before it begins")]
    [InlineData("a{x}", "at position 1, '{' begins no quantifier")]
    [InlineData("a{20000}", "at position 1, something is repeated 20000 times")]
    [InlineData("a{99999999999}", "at position 2, 99999999999 is too large")]
    [InlineData(@"(a)\1", @"at position 3, '\1' is a back-reference")]
    [InlineData(@"(?<x>a)\k<x>", @"at position 7, '\k' is a back-reference")]
    [InlineData("a(?=b)", "at position 1, '(?=' begins look-ahead")]
    [InlineData("a(?!b)", "at position 1, '(?!' begins look-ahead")]
    [InlineData("(?<=a)b", "at position 0, '(?<=' begins look-behind")]
    [InlineData("(?<!a)b", "at position 0, '(?<!' begins look-behind")]
    [InlineData("(?>a)b", "at position 0, '(?>' begins an atomic group")]
    [InlineData("(?i)a", "at position 0, '(?i' begins an option")]
    [InlineData("(?#a)", "at position 0, '(?#' begins a comment")]
    [InlineData("(?(a)b|c)", "at position 0, '(?(' begins a condition")]
    [InlineData("(?<a-b>c)", "at position 0, '(?<' begins a balancing group")]
    [InlineData("(?", "at position 0")]
    [InlineData(@"a\b", @"at position 1, '\b' is an anchor")]
    [InlineData("a^b", "at position 1, '^' is an anchor")]
    [InlineData("a$b", "at position 1, '$' is an anchor")]
    [InlineData(@"\p{L}", @"at position 0, '\p' names a Unicode category")]
    [InlineData(@"\q", @"at position 0, '\q' means nothing")]
    [InlineData("a\\", "at position 1, '\\' has nothing after it")]
    [InlineData(@"\x1", "at position 0, 2 hexadecimal digits must follow")]
    [InlineData(@"\u12", "at position 0, 4 hexadecimal digits must follow")]
    [InlineData(@"\uD83D", "at position 0, there is half of a surrogate pair")]
    [InlineData("[z-a]", "at position 1, a range of characters ends before it begins")]
    [InlineData(@"[\d-z]", "at position 1, a range of characters begins or ends with a set")]
    [InlineData("[a-z-[b]]", "at position 4, '-[' takes a set away")]
    public void MatchingText_BadPattern_SaysWhatIsWrongAndWhere(string pattern, string message)
    {
        var vocabulary = new Vocabulary(["a", "b"]);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => TokenConstraint.MatchingText(pattern, Format(vocabulary, 4), vocabulary, s_characters));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("pattern", error.ParamName);
    }

    [Theory]
    [InlineData("(a|b)*a(a|b){30}")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("(((){10000}){10000}){10000}")]
    [InlineData("((a?){300}){300}")]
    [InlineData("(.*a){100}(.{0,100}b){100}")]
    [InlineData("(.{0,5000}){2}")]
    public void MatchingText_HostilePattern_IsRefusedWithLittleMemory(string pattern)
    {
        var vocabulary = new Vocabulary(["a", "b"]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => TokenConstraint.MatchingText(pattern, Format(vocabulary, 2000), vocabulary, s_characters));
        Assert.Contains("too large", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000_000);
    }

    [Fact]
    public void MatchingText_VeryLongAndVeryDeepPattern_IsRefused()
    {
        var vocabulary = new Vocabulary(["a"]);
        foreach (string pattern in (string[])[new string('a', 20_001), new string('(', 5000) + new string(')', 5000)])
            Assert.Throws<ArgumentException>(() => TokenConstraint.MatchingText(pattern, Format(vocabulary, 4), vocabulary, s_characters));
    }

    [Theory]
    [InlineData("a{5}", "the shortest that it accepts has 5 tokens, and the maximum length is 4")]
    [InlineData("aab{3,}", "the shortest that it accepts has 5 tokens")]
    [InlineData("x", "it accepts no sequence of these tokens at all")]
    public void MatchingText_NoSequenceOfTheMaximumLength_SaysWhy(string pattern, string message)
    {
        var vocabulary = new Vocabulary(["a", "b"]);
        ConstraintException error = Assert.Throws<ConstraintException>(
            () => TokenConstraint.MatchingText(pattern, Format(vocabulary, 4), vocabulary, s_characters));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(pattern, error.Message, StringComparison.Ordinal);
        Assert.Empty(error.Prefix);
    }

    [Fact]
    public void MatchingText_TokenizerThatJoinsByRules_IsRefusedByName()
    {
        var vocabulary = new Vocabulary(["a", "b"]);
        SequenceFormat format = Format(vocabulary, 4);
        Assert.Contains("WordTokenizer",
            Assert.Throws<ArgumentException>(() => TokenConstraint.MatchingText("a", format, vocabulary, Tokenizer.Words)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TokenConstraint.MatchingText("a", format, vocabulary, null));
        Assert.Throws<ArgumentException>(() => TokenConstraint.MatchingText("a", format, null, s_characters));
        Assert.Throws<ArgumentException>(
            () => TokenConstraint.MatchingText("a", new SequenceFormat(9, 4, 0, 1, 0), vocabulary, s_characters));
        Assert.Throws<ArgumentException>(() => TokenConstraint.MatchingText("a", new SequenceFormat(5, 4), vocabulary, s_characters));
    }

    private static SequenceFormat Format(Vocabulary vocabulary, int maxLength) =>
        new(vocabulary.Count, maxLength + 1, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId);

    private static void AssertSameAsDotNet(string pattern, string[] tokens, int maxLength)
    {
        var vocabulary = new Vocabulary(tokens);
        ITokenConstraint constraint = TokenConstraint.MatchingText(pattern, Format(vocabulary, maxLength), vocabulary, s_characters);
        var regex = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
        ConstraintLanguage.AssertAccepts(
            constraint, sequence => !sequence.Contains(Vocabulary.UnknownId)
                && regex.IsMatch(string.Concat(sequence.Select(vocabulary.GetToken))), pattern);
    }

    private static IEnumerable<string> Texts(string[] tokens, int maxLength) => maxLength == 0
        ? [""]
        : Texts(tokens, maxLength - 1)
        .SelectMany(text => text.Length == maxLength - 1 ? [text, .. tokens.Select(token => text + token)] : (string[])[text]);

    private static readonly string[] s_repetitions = ["*", "+", "?", "{2}", "{1,2}", "{2,}", "{0,3}"];

    private static string RandomPattern(Random random, int depth) => random.Next(depth > 0 ? 9 : 3) switch
    {
        0 or 1 => "abc"[random.Next(3)].ToString(),
        2 => random.Next(3) switch { 0 => ".", 1 => "[^b]", _ => "[ac]" },
        3 => $"({RandomPattern(random, depth - 1)}|{RandomPattern(random, depth - 1)})",
        4 => $"({RandomPattern(random, depth - 1)}){s_repetitions[random.Next(s_repetitions.Length)]}",
        _ => RandomPattern(random, depth - 1) + RandomPattern(random, depth - 1),
    };
}
