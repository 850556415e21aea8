using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public class TokenizerTests
{
    [Fact]
    public void Characters_EmojiAndCombiningMarks_AreScalarValues()
    {
        var tokenizer = Tokenizer.Characters;

        Assert.Equal(["a", "😀", "e", "\u0301"], tokenizer.Tokenize("a😀e\u0301"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData(" two  spaces ")]
    [InlineData("👨‍👩‍👧 é 漢字 𝒳")]
    public void Characters_Join_GivesTheTextBack(string text)
    {
        var tokenizer = Tokenizer.Characters;

        Assert.Equal(text, tokenizer.Join(tokenizer.Tokenize(text)));
    }

    [Fact]
    public void Characters_LoneSurrogate_BecomesTheReplacementCharacter() =>
        Assert.Equal(["a", "\uFFFD"], Tokenizer.Characters.Tokenize("a\uD83D"));

    [Fact]
    public void Graphemes_AccentsFlagsAndFamilies_AreOneToken()
    {
        var tokenizer = Tokenizer.Graphemes;

        Assert.Equal(["e\u0301", "🇩🇪", "👨‍👩‍👧", "x", "\uFFFD"], tokenizer.Tokenize("e\u0301🇩🇪👨‍👩‍👧x\uD83D"));
        Assert.Equal("characters", Tokenizer.Describe(Tokenizer.Characters));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Characters_AnyPrintableText_ComesBack(bool graphemes)
    {
        var tokenizer = new CharacterTokenizer(graphemes);
        Gen.Int[0x20, 0x1FFFF].Where(System.Text.Rune.IsValid).Array[0, 20].Sample(runes =>
        {
            string text = string.Concat(runes.Select(char.ConvertFromUtf32));

            Assert.Equal(text, tokenizer.Join(tokenizer.Tokenize(text)));
            Assert.DoesNotContain("", tokenizer.Tokenize(text));
        });
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData(" \t ", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("  one\u00A0two\tthree ", new[] { "one", "two", "three" })]
    public void Whitespace_Tokenize_SplitsOnAnyWhiteSpace(string text, string[] expected) =>
        Assert.Equal(expected, Tokenizer.Whitespace.Tokenize(text));

    [Fact]
    public void Whitespace_Join_PutsOneSpaceBetween() =>
        Assert.Equal("a b", Tokenizer.Whitespace.Join(["a", "b"]));
}
