using Xunit;

namespace SeqGan.Tests;

/// <summary>Lengths are those of the user's tokens: the chosen limit, what the report says, and what generators return.</summary>
public class CorpusLengthTests
{
    /// <summary>How many sequences of which lengths, the limit, and how many are left out.</summary>
    public static TheoryData<(int Count, int Length)[], int, int> Inputs => new()
    {
        { [(1, 1), (100, 20), (1, 128)], 128, 0 },
        { [(990, 10), (10, 300)], 128, 10 },
        { [(99, 90), (1, 10_000)], 128, 1 },
        { [(100, 150), (100, 200), (1, 390)], 390, 0 },
        { [(1990, 200), (10, 1000)], 200, 10 },
        { [(90, 1500), (10, 3000)], 2000, 10 },
        { [(3, 7)], 7, 0 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Inputs))]
    public void FromLines_NoMaxLength_KeepsNearlyAll((int Count, int Length)[] input, int limit, int leftOut)
    {
        Corpus corpus = Corpus.FromLines(Lines(input), new CorpusOptions { HeldOutFraction = 0 }, Token);

        CorpusReport report = corpus.Report;
        Assert.Equal(leftOut, report.Dropped.GetValueOrDefault(DropReason.TooLong));
        Assert.Equal(input.Where(part => part.Length <= limit).Max(part => part.Length), corpus.Format.MaxLengthWithoutEnd);
        Assert.Equal(input.Max(part => part.Length), report.LengthPercentiles[100]);
        Assert.Equal(
            leftOut > 0, report.ToString().Contains($"The limit of {limit} leaves out {leftOut} sequences", StringComparison.Ordinal));
        Assert.Equal(corpus.Format.MaxLengthWithoutEnd > 500, report.Warnings.ContainsKey(CorpusWarning.LongSequences));
    }

    [Fact]
    public void Report_LengthsAndTooLongOnes_AreInTokensOfTheText()
    {
        string[] lines = [.. Enumerable.Range(1, 200).Select(length => string.Join(' ', Enumerable.Repeat("a", length)))];
        var options = new CorpusOptions { Tokenizer = Tokenizer.Whitespace, MaxLength = 60 };

        CorpusReport report = Corpus.FromLines(lines, options, Token).Report;

        Assert.Equal(new Dictionary<int, int> { [50] = 100, [90] = 180, [99] = 198, [100] = 200 }, report.LengthPercentiles);
        Assert.Equal((60, 140), (report.MaxLength, report.Dropped[DropReason.TooLong]));
        Assert.Contains(
            "30.5 tokens a sequence: 50% have at most 100, 90% have at most 180, 99% have at most 198, the longest has 200. The limit of "
                + "60 leaves out 140 sequences; CorpusOptions.MaxLength 198 keeps 99% of them and 200 all.",
            report.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "70% of the sequences have more tokens than the limit of 60: CorpusOptions.MaxLength 198 keeps 99% of them and 200 all.",
            report.Warnings[CorpusWarning.SequencesTooLong], StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_TooLongForTheChosenLimit_LeavesNoTokenInTheVocabulary()
    {
        string[] lines = [.. Enumerable.Repeat("ab", 199), new string('c', 200)];

        Corpus corpus = Corpus.FromLines(lines, new CorpusOptions { HeldOutFraction = 0 }, Token);

        Assert.Equal(["a", "b"], corpus.Vocabulary!.Tokens.Skip(Vocabulary.SpecialTokenCount));
        Assert.Equal((DropReason.TooLong, 200), (corpus.Report.Examples[0].Reason, corpus.Report.Examples[0].Number));
    }

    [Fact]
    public void FromLines_TruncateForTheChosenLimit_CutsThere()
    {
        string[] lines = [.. Enumerable.Repeat("ab", 199), new string('c', 200)];
        var options = new CorpusOptions { HeldOutFraction = 0, TruncateLongSequences = true };

        Corpus corpus = Corpus.FromLines(lines, options, Token);

        Assert.Equal(new string('c', 128), corpus.Decode(corpus.Training[199]));
        Assert.False(corpus.Format.HasEnded(corpus.Training[199]));
        Assert.Equal((128, 1), (corpus.Format.MaxLengthWithoutEnd, corpus.Report.Truncated));
    }

    [Fact]
    public void FromTokens_Ids_HaveLengthsWithoutTheEnd()
    {
        Corpus corpus = Corpus.FromTokens([[2, 1], [2, 3, 4, 1], [2, 3, 4, 5]], new SequenceFormat(6, 4, 0, 1, 0));

        Assert.Equal(new Dictionary<int, int> { [50] = 3, [90] = 3, [99] = 3, [100] = 3 }, corpus.Report.LengthPercentiles);
        Assert.Equal(3, corpus.Report.MaxLength);
    }

    [Fact]
    public void Generate_UntrainedGenerator_ReturnsNothingLongerThanTheData()
    {
        // All have 5 tokens: an untrained generator mostly goes on.
        string[] lines = [.. Enumerable.Range(0, 100).Select(i => $"{i:000}ab")];
        Corpus corpus = Corpus.FromLines(lines, new CorpusOptions { MaxLength = 9 }, Token);
        using SeqGanTrainer trainer = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).UseSeed(1).Build();
        var options = new SamplingOptions { Seed = 3 };
        var sampler = new SequenceSampler(trainer.Compile());

        Assert.Equal(5, corpus.Format.MaxLengthWithoutEnd);
        foreach (SequenceBuffer sampled in (SequenceBuffer[])
            [
                trainer.Sample(300, options, Token), trainer.Sample(300, options with { TopK = 50 }, Token),
                sampler.Sample(300, options, Token),
            ])
        {
            int ended = 0;
            for (int row = 0; row < sampled.Count; row++)
            {
                int[] tokens = sampled.Row(row)[..sampled.LengthOf(row)].ToArray();
                ended += corpus.Format.HasEnded(tokens) ? 1 : 0;
                Assert.Equal(corpus.Format.HasEnded(tokens), tokens[^1] == Vocabulary.EndId);
                Assert.InRange(tokens.Count(token => token != Vocabulary.EndId), 0, 5);
                Assert.True(corpus.Format.HasEnded(tokens) || tokens.Length == 5);
                Assert.Contains(sampled.Row(row)[5], (int[])[Vocabulary.PaddingId, Vocabulary.EndId]);
            }

            Assert.InRange(ended, 1, 299);

            // What a trainer returns can be trained on.
            Assert.Equal(sampled.Count, Corpus.FromTokens(sampled.AsBatch(), corpus.Format).Report.Read);
        }

        Assert.Equal(trainer.Generate(300, options, cancellationToken: Token), sampler.Generate(300, options, cancellationToken: Token));
        Assert.Equal(5, trainer.Generate(300, options, cancellationToken: Token)
            .Max(text => text.Replace("<unknown>", "?", StringComparison.Ordinal).Length));
        Assert.Contains("The prefix has 6 tokens; a sequence has at most 5 and its end token.",
            Assert.Throws<ArgumentException>(() => trainer.Generate(1, options, "000aba")).Message, StringComparison.Ordinal);
        Assert.All(trainer.Generate(20, options, "001ab", Token), text => Assert.Equal("001ab", text));
    }

    private static IEnumerable<string> Lines((int Count, int Length)[] input) =>
        input.SelectMany(part => Enumerable.Range(0, part.Count).Select(i => new string((char)('a' + i % 7), part.Length)));
}
