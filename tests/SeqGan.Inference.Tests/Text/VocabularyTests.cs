using Xunit;

namespace SeqGan.Tests;

public class VocabularyTests
{
    [Fact]
    public void Build_OrdersByFrequencyThenOrdinal()
    {
        Vocabulary vocabulary = Vocabulary.Build([["b", "a", "c"], ["c", "B"]]);

        Assert.Equal(["<padding>", "<end>", "<unknown>", "c", "B", "a", "b"], vocabulary.Tokens);
        Assert.Equal(7, vocabulary.Count);
    }

    [Fact]
    public void Build_MinimumCount_LeavesOutRareTokens()
    {
        Vocabulary vocabulary = Vocabulary.Build([["a", "a", "b", "b", "c"]], minimumCount: 2);

        Assert.Equal(["a", "b"], vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount));
        Assert.Equal(Vocabulary.UnknownId, vocabulary.GetId("c"));
        Assert.False(vocabulary.TryGetId("c", out _));
    }

    [Fact]
    public void Constructor_TokensOfAnother_GivesTheSameIds()
    {
        Vocabulary vocabulary = Vocabulary.Build([["x", "y", "x"]]);
        var copy = new Vocabulary(vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount));

        Assert.Equal(vocabulary.Tokens, copy.Tokens);
        Assert.All(["x", "y"], token => Assert.Equal(vocabulary.GetId(token), copy.GetId(token)));
    }

    [Fact]
    public void GetId_TextOfASpecialToken_IsNotTheSpecialToken()
    {
        Vocabulary vocabulary = Vocabulary.Build([["<end>", "word"]]);

        Assert.Equal(3, vocabulary.GetId("<end>"));
        Assert.Equal(Vocabulary.UnknownId, vocabulary.GetId("<padding>"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void GetToken_OutsideTheVocabulary_NamesValueAndRange(int id)
    {
        var vocabulary = new Vocabulary(["a"]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.GetToken(id));
        Assert.Contains("[0, 4)", error.Message, StringComparison.Ordinal);
        Assert.Equal(id, error.ActualValue);
        Assert.Equal("a", vocabulary.GetToken(3));
    }

    [Fact]
    public void Constructor_TokenTwiceOrEmpty_Throws()
    {
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => new Vocabulary(["a", "b", "a"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Vocabulary([""]));
    }
}
