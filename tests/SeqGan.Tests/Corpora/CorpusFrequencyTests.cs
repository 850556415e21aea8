using Xunit;

namespace SeqGan.Tests;

/// <summary>How often a sequence occurs is part of the data.</summary>
public class CorpusFrequencyTests
{
    private static readonly string[] s_skewed =
    [
        .. Enumerable.Range(0, 1000).Select(i => i % 10 < 7 ? "login logout" : $"login view{i % 20} buy{i % 15} logout"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void FromLines_OneSequenceIsMost_KeepsItsFrequencyOnOneSide()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            Corpus corpus = Corpus.FromLines(s_skewed, new CorpusOptions { Tokenizer = Tokenizer.Whitespace, Seed = seed }, Token);

            string[] training = [.. corpus.Decode(corpus.Training)], heldOut = [.. corpus.Decode(corpus.HeldOut)];
            Assert.Equal(1000, training.Length + heldOut.Length);
            Assert.Empty(training.Intersect(heldOut));

            // A tenth of the others is held out, not a tenth of all, of which the others would be a third.
            Assert.InRange(heldOut.Length, 15, 30);
            Assert.InRange(training.Count(text => text == "login logout") / (double)training.Length, 0.7, 0.725);
        }
    }

    [Fact]
    public void Report_Repetitions_SaysHowManyAndWhatBecomesOfThem()
    {
        CorpusReport kept = Corpus.FromLines(s_skewed, new CorpusOptions { Tokenizer = Tokenizer.Whitespace }, Token).Report;
        CorpusReport removed = Corpus.FromLines(
            s_skewed, new CorpusOptions { Tokenizer = Tokenizer.Whitespace, RemoveDuplicates = true }, Token).Report;
        int different = s_skewed.Distinct().Count();

        Assert.Equal((1000, different), (kept.Kept, removed.Kept));
        Assert.Equal(1 - different / 1000.0, kept.DuplicateShare, 12);
        Assert.Equal(kept.DuplicateShare, removed.DuplicateShare, 12);
        Assert.Contains("% repeat an earlier sequence and are kept: how often a sequence occurs is learned.", kept.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("% repeat an earlier sequence and are left out.", removed.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("'login logout' is 70% of the sequences, and will be", kept.Warnings[CorpusWarning.DominantSequence],
            StringComparison.Ordinal);
        Assert.Contains($"there are 1000 sequences, {different} different ones, ", kept.Warnings[CorpusWarning.FewSequences],
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromLines_AllEqual_WarnsThatNothingIsHeldOut()
    {
        CorpusReport report = Corpus.FromLines(Enumerable.Repeat("1 2 3", 300), null, Token).Report;

        Assert.Equal((300, 0), (report.Training, report.HeldOut));
        Assert.StartsWith("0 sequences are held out instead of 30, because all are equal: training cannot be measured",
            report.Warnings[CorpusWarning.TooFewHeldOut], StringComparison.Ordinal);
        Assert.DoesNotContain(CorpusWarning.TooFewHeldOut,
            Corpus.FromLines(["a", "a"], new CorpusOptions { HeldOutFraction = 0 }, Token).Report.Warnings.Keys);
    }

    [Fact]
    public void FromLabelledLines_EachWithItsOwnLabel_WarnsThatNothingIsHeldOut()
    {
        CorpusReport none = Labelled(600, i => $"label {i}"), few = Labelled(600, i => $"label {Math.Min(i, 590)}"),
            enough = Labelled(600, i => $"label {i % 6}");

        Assert.StartsWith(
            "0 sequences are held out instead of 60, because each of 600 labels keeps one to train on, and too few have more than one: "
                + "training cannot be measured, and does not stop by itself. Merge labels",
            none.Warnings[CorpusWarning.TooFewHeldOut], StringComparison.Ordinal);
        Assert.Equal(9, few.HeldOut);
        Assert.StartsWith("9 sequences are held out instead of 60", few.Warnings[CorpusWarning.TooFewHeldOut], StringComparison.Ordinal);
        Assert.Equal(60, enough.HeldOut);
        Assert.DoesNotContain(CorpusWarning.TooFewHeldOut, enough.Warnings.Keys);
    }

    [Fact]
    public void FromLabelledLines_LabelsThatLookAlike_AreNamed()
    {
        string[] names = ["Politics", "politics ", " Politics", "POLITICS", "cute dogs", "Sport", "sport"];

        CorpusReport report = Labelled(1400, i => names[i % names.Length]), different = Labelled(1400, i => $"label {i % 2}");

        Assert.Equal(
            "some labels differ only in case or in blanks around them, and are different labels: ' Politics', 'POLITICS', 'Politics', "
                + "'politics '; 'Sport', 'sport'. If they mean the same, write them alike.",
            report.Warnings[CorpusWarning.SimilarLabels]);
        Assert.DoesNotContain(CorpusWarning.SimilarLabels, different.Warnings.Keys);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void FromLabelledLines_RareLabel_WarnsBelowAHundredToTrainOn(int count, bool warns)
    {
        Corpus corpus = Corpus.FromLabelledLines(
            Enumerable.Range(0, 1000).Select(i => ($"{i:0000}", i < count ? "rare" : "common")), new CorpusOptions { HeldOutFraction = 0 },
            Token);

        Assert.Equal(warns, corpus.Report.Warnings.TryGetValue(CorpusWarning.RareLabels, out string? message));
        if (warns)
            Assert.StartsWith("1 of 2 labels have fewer than 100 sequences to train on ('rare')", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_CorpusWithWarnings_LogsEachOnce()
    {
        var loggers = new Checkpoints.RecordingFactory();
        string[] lines = [.. Enumerable.Range(0, 300).Select(i => $"{i:000}"), .. Enumerable.Repeat(" ", 600)];
        Corpus corpus = Corpus.FromLines(lines, null, Token);

        TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).UseSeed(1).UseLoggerFactory(loggers).Build().Dispose();

        string warning = Assert.Single(loggers.Logger.Messages, message => message.StartsWith("Warning", StringComparison.Ordinal));
        Assert.StartsWith("Warning The corpus, MostLeftOut: 66.67% of the input was left out (600 empty)", warning,
            StringComparison.Ordinal);
        Assert.Contains("Information The corpus was made of 900 sequences: 270 to train on, 30 held out, left out: 600 empty",
            loggers.Logger.Messages);
    }

    private static CorpusReport Labelled(int count, Func<int, string> label) =>
        Corpus.FromLabelledLines(Enumerable.Range(0, count).Select(i => ($"{i:0000}", label(i))), null, Token).Report;
}
