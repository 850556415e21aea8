using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public class RegexTokenizerTests
{
    [Theory]
    [InlineData(@"Cl|Br|\[[^\]]+\]|[A-Za-z]|\d", "CC(=O)[NH3+]Br", "C|C|(|=|O|)|[NH3+]|Br")]
    [InlineData(@"\w+|\s+", "GET /a 200", "GET| |/|a| |200")]
    [InlineData("b+", "abba😀", "a|bb|a|😀")]
    [InlineData("a.", "a😀b", "a😀|b")]
    [InlineData(@"[^\uD83D]", "a😀b", "a|😀|b")]
    [InlineData("x", "", "")]
    [InlineData("$?a", "a", "a")]
    public void Tokenize_MatchesAndWhatStandsBetween_AreTokens(string pattern, string text, string expected)
    {
        var tokenizer = Tokenizer.Regex(pattern);
        string[] tokens = [.. tokenizer.Tokenize(text)];

        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), tokens);
        Assert.Equal(text, tokenizer.Join(tokens));
    }

    [Theory]
    [InlineData("(a", "Not enough )")]
    [InlineData("(?=a)b", "look-ahead")]
    [InlineData(@"(a)\1", "back-references")]
    [InlineData("(?>a)", "atomic")]
    [InlineData("a*", "empty string")]
    [InlineData(@"\b", "empty string")]
    [InlineData("(a{100}){1000}", "at most 1000")]
    [InlineData("a{0,99999999999}", "at most 1000")]
    [InlineData("", "empty")]
    public void Constructor_PatternThatCannotBeUsed_SaysWhy(string pattern, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => Tokenizer.Regex(pattern)).Message, StringComparison.Ordinal);

    /// <summary>Patterns that fuzzing found: the first took a minute and 5 GB, the second 4 seconds, the third 2 GB for a word.</summary>
    public static TheoryData<string, string> CostlyPatterns => new()
    {
        { string.Concat(Enumerable.Range(0, 1999).Select(i => (char)(0x4E00 + (3 * i)))), "it has 1999 different characters" },
        { string.Concat(Enumerable.Range(0, 250).Select(i => $"[{(char)(0x3000 + i)}-{(char)(0x3400 + i)}]")),
            "different characters and sets" },
        { string.Concat(Enumerable.Repeat("(a?", 10)) + string.Concat(Enumerable.Repeat(")*", 10)) + "b",
            "its repeated groups nest 10 deep" },
        { string.Concat(Enumerable.Repeat("(a|a)*", 250)) + "b", "it repeats 250 groups" },
        { string.Concat(Enumerable.Range(0, 333).Select(i => $"\\u{0x4E00 + (3 * i):x4}")), "it has 333 different characters" },
        { string.Concat(Enumerable.Range(0, 99).Select(i => $"\\x{i:00}\\{100 + i}")), "different characters" },
    };

    [Theory]
    [MemberData(nameof(CostlyPatterns))]
    public void Constructor_PatternThatCostsMuchBeforeItMatches_IsRefused(string pattern, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => Tokenizer.Regex(pattern));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"(\[[^\]]+]|Br?|Cl?|N|O|S|P|F|I|b|c|n|o|s|p|\(|\)|\.|=|#|-|\+|\\|\/|:|~|@|\?|>|\*|\$|\%[0-9]{2}|[0-9])")]
    [InlineData(@"(?:(?:[a-z]+[-_])*[a-z]+)|\p{Lu}\p{Ll}*|\d+(?:\.\d+)?|\s+|[+*/()^&|!<>=;:,{}""'`~@#$%?\\.-]")]
    public void Constructor_PatternsOfUse_AreTaken(string pattern) =>
        Assert.Equal($"regex:{pattern}", Tokenizer.Describe(Tokenizer.Regex(pattern)));

    [Fact]
    public void Constructor_LongPattern_NamesTheLimit() =>
        Assert.Contains("2000", Assert.Throws<ArgumentException>(() => Tokenizer.Regex(new string('a', 2001))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Tokenize_PatternThatBacktracks_ComesToAnEnd() =>
        Assert.Equal(301, Tokenizer.Regex("(a+)+b|c").Tokenize(new string('a', 300) + "c").Count());

    [Theory]
    [InlineData("a.*c|a", "a", 200_000)]
    [InlineData("(((.*a){9}.*b){9}.*c){9}x|.", "abc", 2_000)]
    public void Tokenize_PatternThatLooksThroughTheRestForEachToken_GivesUp(string pattern, string piece, int length)
    {
        var tokenizer = Tokenizer.Regex(pattern);
        var error = Assert.Throws<SeqGanException>(
            () => tokenizer.Tokenize(string.Concat(Enumerable.Repeat(piece, length / piece.Length))).Count());

        Assert.Contains($"The pattern '{pattern}' takes too long for a text of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokenize_LongTextAndPatternOfLinearTime_ComesToTheEnd() =>
        Assert.Equal(1_000_000, Tokenizer.Regex(@"\w|\s+").Tokenize(string.Concat(Enumerable.Repeat("a  ", 500_000))).Count());

    [Fact]
    public void Join_AnyWellFormedText_GivesItBack()
    {
        RegexTokenizer[] tokenizers = [new(@"\w+"), new("."), new("[a-f]{2,3}|\\s"), new(@"\b\w")];
        Gen.String[Gen.Char["ab \t.,é\u0301漢\ufffd0"], 0, 16].Select(Gen.Const("😀").Array[0, 2]).Sample((text, faces) =>
        {
            string whole = text + string.Concat(faces) + text;
            Assert.All(tokenizers, tokenizer => Assert.Equal(whole, tokenizer.Join(tokenizer.Tokenize(whole))));
            Assert.All(tokenizers, tokenizer => Assert.DoesNotContain("", tokenizer.Tokenize(whole)));
        });
    }
}
