namespace SeqGan.Tests;

public class ComposedTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m")]
    [InlineData("u\u0308\u0304", "\u01d6")]
    [InlineData("u\u0304\u0308", "\u1e7b")]
    [InlineData("s\u0307\u0323", "\u1e69")]
    [InlineData("a\u0327\u0301", "\u00e1\u0327")]
    [InlineData("\u212b", "\u00c5")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af", "\ud55c\uae00")]
    [InlineData("\u0958", "\u0915\u093c")]
    [InlineData("\u0301e", "\u0301e")]
    [InlineData("\ud834\udd5e", "\ud834\udd57\ud834\udd65")]
    [InlineData("\ufb01", "\ufb01")]
    [InlineData("\ud83d\ude00\u0301", "\ud83d\ude00\u0301")]
    public void Of_Text_IsComposedAsUnicodeSays(string text, string expected) => Assert.Equal(expected, ComposedText.Of(text));

    [Fact]
    public void Of_ComposedText_IsTheSameInstance()
    {
        string text = "déjà vu – 漢字 한글 😀 नमस्ते";
        Assert.Same(text, ComposedText.Of(text));
        string lone = "e\u0301\ud800";
        Assert.Same(lone, ComposedText.Of(lone));
    }

    [Fact]
    public void HasComposed_LettersThatCanBeDecomposed()
    {
        Assert.True(ComposedText.HasComposed("caf\u00e9"));
        Assert.True(ComposedText.HasComposed("한"));
        Assert.False(ComposedText.HasComposed("cafe\u0301 漢 😀 ß"));
    }

    [Theory]
    [InlineData("cafe\u0301", true)]
    [InlineData("\u05e9\u05c1", true)]
    [InlineData("caf\u00e9 漢 😀 \ud800", false)]
    public void HasCombining_MarksThatJoinTheLetterBefore(string text, bool expected) =>
        Assert.Equal(expected, ComposedText.HasCombining(text));
}
