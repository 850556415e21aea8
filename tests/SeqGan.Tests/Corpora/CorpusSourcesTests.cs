using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Xunit;

namespace SeqGan.Tests;

public class CorpusSourcesTests
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0 };

    [Fact]
    public async Task FromLinesAsync_Lines_GivesTheSameCorpusAsFromLines()
    {
        string[] lines = [.. Enumerable.Range(0, 50).Select(i => $"line {i}")];
        Corpus corpus = await Corpus.FromLinesAsync(OverTime(lines), null, TestContext.Current.CancellationToken);
        Corpus expected = Corpus.FromLines(lines, null, TestContext.Current.CancellationToken);

        Assert.Equal(expected.Training.Tokens.ToArray(), corpus.Training.Tokens.ToArray());
        Assert.Equal(expected.Vocabulary!.Tokens, corpus.Vocabulary!.Tokens);
        await Assert.ThrowsAsync<CorpusException>(() => Corpus.FromLinesAsync(OverTime([])));
        await Assert.ThrowsAsync<ArgumentException>(() => Corpus.FromLinesAsync(OverTime([null!])));
    }

    [Fact]
    public async Task FromLinesAsync_Cancelled_StopsReading()
    {
        using var stop = new CancellationTokenSource();
        Task<Corpus> reading = Corpus.FromLinesAsync(Endless(stop.Token), null, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public void FromTokenSequences_Tokens_AreTakenAsTheyAre()
    {
        string[][] sequences = [["GET", "/a b"], ["PUT", "/"], []];
        Corpus corpus = Corpus.FromTokenSequences(sequences, s_all, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["GET /a b", "PUT /"], corpus.Decode(corpus.Training));
        Assert.True(corpus.Vocabulary!.TryGetId("/a b", out _));
        Assert.Equal(1, corpus.Report.Dropped[DropReason.Empty]);
        Assert.Equal(corpus.Training[1].ToArray(), corpus.Encode("PUT /"));
        Assert.IsType<WhitespaceTokenizer>(corpus.Tokenizer);
    }

    [Fact]
    public void FromTokenSequences_OwnTokenizer_JoinsThem()
    {
        Corpus corpus = Corpus.FromTokenSequences(
            [["Cl", "C"]], s_all, Tokenizer.Alphabet(["Cl", "C"]), TestContext.Current.CancellationToken);

        Assert.Equal("ClC", corpus.Decode(corpus.Training[0]));
        Assert.Contains("Sequence 2, token 1 is empty",
            Assert.Throws<CorpusException>(() => Corpus.FromTokenSequences([["a"], ["b", ""]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MaximumSequences_MoreThanThat_KeepsAUniformSampleInOrder()
    {
        string[] lines = [.. Enumerable.Range(1000, 1000).Select(i => $"{i}")];
        int[] hits = new int[10];
        for (ulong seed = 0; seed < 40; seed++)
        {
            var options = new CorpusOptions { MaximumSequences = 100, HeldOutFraction = 0, Seed = seed };
            Corpus corpus = Corpus.FromLines(lines, options, TestContext.Current.CancellationToken);
            int[] kept = [.. corpus.Decode(corpus.Training).Select(int.Parse)];

            Assert.Equal((1000, 100, 900), (corpus.Report.Read, corpus.Report.Kept, corpus.Report.Dropped[DropReason.NotSampled]));
            Assert.Equal(kept.Order(), kept);
            foreach (int number in kept)
                hits[(number - 1000) / 100]++;
        }

        // 4000 draws into ten equal parts; the standard deviation is 19.
        Assert.All(hits, count => Assert.InRange(count, 300, 500));
    }

    [Fact]
    public void MaximumSequences_OneOfTwo_KeepsEachHalfOfTheTime()
    {
        int first = Enumerable.Range(0, 200).Count(seed =>
        {
            var options = new CorpusOptions { MaximumSequences = 1, HeldOutFraction = 0, Seed = (ulong)seed };
            Corpus corpus = Corpus.FromLines(["first", "second"], options, TestContext.Current.CancellationToken);
            return corpus.Decode(corpus.Training[0]) == "first";
        });

        // The standard deviation is 7.
        Assert.InRange(first, 65, 135);
    }

    [Fact]
    public void MaximumSequences_VocabularyAndSeed()
    {
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => $"{(char)(0x4E00 + i)}")];
        Corpus first = Corpus.FromLines(
            lines, new CorpusOptions { MaximumSequences = 10, Seed = 3 }, TestContext.Current.CancellationToken);
        Corpus again = Corpus.FromLines(
            lines, new CorpusOptions { MaximumSequences = 10, Seed = 3 }, TestContext.Current.CancellationToken);
        Corpus other = Corpus.FromLines(
            lines, new CorpusOptions { MaximumSequences = 10, Seed = 4 }, TestContext.Current.CancellationToken);

        Assert.Equal(300 + Vocabulary.SpecialTokenCount, first.Vocabulary!.Count);
        Assert.Equal(first.Decode(first.Training), again.Decode(again.Training));
        Assert.NotEqual(first.Decode(first.Training), other.Decode(other.Training));
        Assert.Equal(5, Corpus.FromTokens([[1], [2], [3], [4], [5], [6]], new SequenceFormat(9, 1),
            new CorpusOptions { MaximumSequences = 5 }).Report.Kept);
        Assert.Throws<OptionsValidationException>(() => Corpus.FromLines(["a"], new CorpusOptions { MaximumSequences = 0 }));
    }

    private static async IAsyncEnumerable<string> OverTime(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            await Task.Yield();
            yield return line;
        }
    }

    private static async IAsyncEnumerable<string> Endless([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(1, cancellationToken);
            yield return "again";
        }
    }
}
