using Xunit;

namespace SeqGan.Tests;

public class TokenizerSpecificationTests
{
    [Theory]
    [InlineData("characters", "characters", "e\u0301!", "e|\u0301|!")]
    [InlineData("chars", "characters", "ab", "a|b")]
    [InlineData("graphemes", "graphemes", "e\u0301!", "e\u0301|!")]
    [InlineData("words", "words", "Oh, no", "Oh|,|no")]
    [InlineData("whitespace", "whitespace", "Oh, no", "Oh,|no")]
    [InlineData("regex:a:|b", "regex:a:|b", "a:bc", "a:|b|c")]
    [InlineData("alphabet:ACGT", "alphabet:ACGT", "GAX", "G|A|X")]
    [InlineData("alphabet:[\"Cl\", \"C\"]", "alphabet:[\"Cl\",\"C\"]", "CCl", "C|Cl")]
    [InlineData("alphabet:[\"[\",\"]\"]", "alphabet:[\"[\",\"]\"]", "[]", "[|]")]
    [InlineData("alphabet:😀a", "alphabet:😀a", "a😀", "a|😀")]
    public void Parse_Specification_MakesTheTokenizerThatDescribeWrites(
        string specification, string canonical, string text, string expected)
    {
        ITokenizer tokenizer = Tokenizer.Parse(specification);

        Assert.Equal(expected, string.Join('|', tokenizer.Tokenize(text)));
        Assert.Equal(canonical, Tokenizer.Describe(tokenizer));
        Assert.IsType(tokenizer.GetType(), Tokenizer.Parse(canonical));
    }

    [Theory]
    [InlineData("letters", "'letters' is no tokenizer")]
    [InlineData("", "'' is no tokenizer")]
    [InlineData("Words", "'Words' is no tokenizer")]
    [InlineData("regex:", "pattern")]
    [InlineData("regex:(", "Not enough )")]
    [InlineData("alphabet:", "no symbol")]
    [InlineData("alphabet:AA", "'A' occurs twice")]
    [InlineData("alphabet:[\"a\"", "JSON array")]
    [InlineData("alphabet:[1]", "JSON array")]
    public void Parse_Other_SaysWhatIsWrong(string specification, string expected) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(() => Tokenizer.Parse(specification)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Parse_AlphabetWithALoneSurrogate_SaysWhatIsWrong() =>
        Assert.Contains("JSON array", Assert.Throws<ArgumentException>(() => Tokenizer.Parse("alphabet:[\"\uD800\"]")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Describe_OwnTokenizer_IsNull() => Assert.Null(Tokenizer.Describe(new OwnTokenizer()));

    [Theory]
    [InlineData("graphemes")]
    [InlineData("words")]
    [InlineData("regex:[a-z]+")]
    [InlineData("alphabet:[\"ab\",\"c\"]")]
    public void Save_OfAModel_KeepsTheTokenizer(string specification)
    {
        var format = new SequenceFormat(5, 4, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId);
        using var file = new TemporaryFile();
        new CompiledPolicy(
            TestPolicies.Weights(format, GeneratorNetwork.Gru, 1), new Vocabulary(["ab", "c"]), Tokenizer.Parse(specification))
            .Save(file.Path);

        Assert.Equal(specification, Tokenizer.Describe(CompiledPolicy.Load(file.Path).Tokenizer!));
    }

    private sealed class OwnTokenizer : ITokenizer
    {
        public IEnumerable<string> Tokenize(string text) => [text];

        public string Join(IEnumerable<string> tokens) => string.Concat(tokens);
    }
}
