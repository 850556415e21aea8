using Xunit;

namespace SeqGan.Tests;

public class AlphabetTokenizerTests
{
    [Theory]
    [InlineData("ClCBrN", "Cl|C|Br|N")]
    [InlineData("C😀x", "C|😀|x")]
    [InlineData("B", "B")]
    public void Tokenize_LongestSymbolFirst_AndOthersByCharacter(string text, string expected)
    {
        var tokenizer = (AlphabetTokenizer)Tokenizer.Alphabet(["C", "Cl", "Br", "N"]);
        string[] tokens = [.. tokenizer.Tokenize(text)];

        Assert.Equal(expected.Split('|'), tokens);
        Assert.Equal(text, tokenizer.Join(tokens));
        Assert.True(tokenizer.Contains("Cl"));
        Assert.False(tokenizer.Contains("B"));
    }

    [Theory]
    [InlineData(new string[0], "no symbol")]
    [InlineData(new[] { "A", "" }, "Symbol 1 is empty")]
    [InlineData(new[] { "A", "A" }, "'A' occurs twice")]
    public void Constructor_SymbolsThatCannotBe_Throws(string[] symbols, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => Tokenizer.Alphabet(symbols)).Message, StringComparison.Ordinal);

    // Not among the data above: an attribute cannot hold half of a surrogate pair.
    [Fact]
    public void Constructor_HalfOfASurrogatePair_Throws() =>
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => Tokenizer.Alphabet(["\uD83D"])).Message,
            StringComparison.Ordinal);
}
