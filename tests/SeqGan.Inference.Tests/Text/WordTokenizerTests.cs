using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public class WordTokenizerTests
{
    private static readonly WordTokenizer s_words = new();

    [Theory]
    [InlineData("Hello, world!", "Hello|,|world|!")]
    [InlineData("I don't know.", "I|don't|know|.")]
    [InlineData("It costs $3.50 (or 1,000 %).", "It|costs|$|3.50|(|or|1,000|\u2423%|)|.")]
    [InlineData("a well-known \"fact\" here", "a|well|-|known|\"|fact|\"|here")]
    [InlineData("\"Yes,\" she said, \"no.\"", "\"|Yes|,|\"|she|said|,|\"|no|.|\"")]
    [InlineData("the dogs' bone", "the|dogs|\u203F'|bone")]
    [InlineData("“Ja,” l’été…", "“|Ja|,|”|l’été|…")]
    [InlineData("example.com", "example|.|\u203Fcom")]
    [InlineData("this , that", "this|\u2423,|that")]
    [InlineData("f(x) = y", "f|\u203F(|x|)|=|y")]
    [InlineData("wait...", "wait|.|.|.")]
    [InlineData("hi 👨‍👩‍👧!", "hi|👨‍👩‍👧|!")]
    [InlineData("a ‿b ␣", "a|‿|\u203Fb|␣")]
    public void Tokenize_Sentence_GivesWordsNumbersAndMarksThatJoinAgain(string text, string expected)
    {
        string[] tokens = [.. s_words.Tokenize(text)];

        Assert.Equal(expected.Split('|'), tokens);
        Assert.Equal(text, s_words.Join(tokens));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("  a\t b\u00A0", "a b")]
    public void Join_OtherWhiteSpace_BecomesSingleSpaces(string text, string expected) =>
        Assert.Equal(expected, s_words.Join(s_words.Tokenize(text)));

    [Fact]
    public void Join_AnyTokens_MakesSenseOfMarks()
    {
        Assert.Equal("a, b", s_words.Join(["\u203Fa", ",", "b"]));
        Assert.Equal("a <unknown>.", s_words.Join(["a", "<unknown>", "."]));
    }

    [Fact]
    public void Join_TextOfSingleSpaces_GivesItBack() =>
        Gen.String[Gen.Char["abcÄ12 ,.;:!?'\"’“”()[]{}-–—/\\$%#@&*+=<>_‿␣漢。、\u0301\u200d\u0600"], 0, 24].Sample(text =>
        {
            string expected = string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

            Assert.Equal(expected, s_words.Join(s_words.Tokenize(expected)));
        });

    [Fact]
    public void Join_AnyText_GivesItBackButForWhiteSpace() =>
        Gen.Int[0x01, 0x1FFFF].Where(System.Text.Rune.IsValid).Array[0, 12].Sample(runes =>
        {
            string text = string.Concat(runes.Select(char.ConvertFromUtf32));

            Assert.Equal(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                s_words.Join(s_words.Tokenize(text)));
        });

    [Fact]
    public void Tokenize_TypicalSentences_NeedFewMarks()
    {
        string[] words = ["The", "dog", "isn't", "well-known", "(yet)", "for", "\"speed\"", "or", "'style'", "at", "$5.20", "e.g.", "10%"];
        Gen.Int[0, words.Length - 1].Select(index => words[index]).Array[1, 12].Select(Gen.Char[".,!?;:"]).Sample((chosen, end) =>
        {
            string sentence = string.Join(' ', chosen) + end;
            string[] tokens = [.. s_words.Tokenize(sentence)];

            Assert.Equal(sentence, s_words.Join(tokens));
            Assert.All(tokens.Where(token => token is ['\u203F' or '\u2423', _, ..]), token => Assert.Equal("\u203Fg", token));
        });
    }
}
