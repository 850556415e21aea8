using System.Text;
using Microsoft.ML.Tokenizers;
using Xunit;

namespace SeqGan.Tests;

public class SubwordTokenizerTests
{
    private static readonly SubwordTokenizer s_bpe = new(Bpe());

    [Theory]
    [InlineData("low", "low#6")]
    [InlineData("lowlo", "low#6|lo#5")]
    [InlineData("", "")]
    public void Tokenize_BytePairs_CarryTheirIdsAndJoinAgain(string text, string expected)
    {
        string[] tokens = [.. s_bpe.Tokenize(text)];

        Assert.Equal(expected.Split('|', StringSplitOptions.RemoveEmptyEntries), tokens);
        Assert.Equal(text, s_bpe.Join(tokens));
    }

    [Fact]
    public void Join_TokenWithoutId_StaysAsItIs() => Assert.Equal("lo<unknown>low", s_bpe.Join(["lo#5", "<unknown>", "low#6"]));

    [Fact]
    public void Tokenize_WordPiece_GivesTheModelsPieces()
    {
        using Stream vocabulary = Text("[UNK]\nplay\n##ing\nhe\n");
        var tokenizer = new SubwordTokenizer(WordPieceTokenizer.Create(vocabulary, new WordPieceOptions()));

        Assert.Equal(["he#3", "play#1", "##ing#2"], tokenizer.Tokenize("he playing"));
        Assert.Equal("he playing", tokenizer.Join(tokenizer.Tokenize("he playing")));
        Assert.Equal(["[UNK]#0"], tokenizer.Tokenize("zebra"));
    }

    [Fact]
    public void Vocabulary_OfACorpus_HasOnlyTheTokensThatOccur()
    {
        Vocabulary vocabulary = Vocabulary.Build([s_bpe.Tokenize("low"), s_bpe.Tokenize("lowlo")]);

        Assert.Equal(["low#6", "lo#5"], vocabulary.Tokens.Skip(Vocabulary.SpecialTokenCount));
    }

    [Fact]
    public void Tokenize_ByteLevelBpe_GivesTheTextBack()
    {
        using var folder = new TemporaryFile();
        (string vocabulary, string merges) = (folder.Path, folder.Path + ".merges");
        File.WriteAllText(vocabulary, ByteVocabulary);
        File.WriteAllText(merges, ByteMerges);
        try
        {
            // As docs/data.md shows it.
            var bytes = new BpeOptions(vocabulary, merges) { ByteLevel = true, PreTokenizer = RobertaPreTokenizer.Instance };
            var tokenizer = new SubwordTokenizer(BpeTokenizer.Create(bytes));

            Assert.Equal(["low#10", "Ġlow#11", "er#12"], tokenizer.Tokenize("low lower"));
            foreach (string text in (string[])["low lower", " low", "lower low low", "we  row"])
                Assert.Equal(text, tokenizer.Join(tokenizer.Tokenize(text)));
        }
        finally
        {
            File.Delete(merges);
        }
    }

    [Fact]
    public void Create_VocabularyOfBytesWithoutByteLevel_IsRefused()
    {
        using Stream vocabulary = Text(ByteVocabulary), merges = Text(ByteMerges);
        var error = Assert.Throws<ArgumentException>("tokenizer", () => new SubwordTokenizer(BpeTokenizer.Create(vocabulary, merges)));

        Assert.Contains("spaces would be lost: create it with BpeOptions, with ByteLevel = true", error.Message, StringComparison.Ordinal);
    }

    private const string ByteVocabulary =
        """{"l":0,"o":1,"w":2,"e":3,"r":4,"Ġ":5,"lo":6,"Ġl":7,"Ġlo":8,"er":12,"low":10,"Ġlow":11}""";

    private const string ByteMerges = "#version: 0.2\nl o\nlo w\nĠ low\ne r\n";

    private static BpeTokenizer Bpe()
    {
        using Stream vocabulary = Text("""{"l":0,"o":1,"w":2,"e":3,"r":4,"lo":5,"low":6}""");
        using Stream merges = Text("#version: 0.2\nl o\nlo w\n");
        return BpeTokenizer.Create(vocabulary, merges);
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));
}
