using System.Globalization;

namespace SeqGan;

/// <summary>Finds what will spoil a training in the figures of a corpus.</summary>
internal static class CorpusWarnings
{
    private const int FewSequences = 200, Batch = 64, FewestCopies = 3, SmallVocabulary = 50, FewOfLabel = 20;
    private const double Many = 0.1, ManyUnknown = 0.05;

    /// <summary>The warnings of a report that has everything else.</summary>
    public static IReadOnlyList<CorpusWarning> Find(CorpusReport report, LabelSet? labels, CorpusStatistics statistics, Func<int[], string> decode)
    {
        var warnings = new List<CorpusWarning>();
        void Warn(bool applies, CorpusWarningKind kind, Func<FormattableString> message)
        {
            if (applies)
                warnings.Add(new CorpusWarning(kind, message().ToString(CultureInfo.InvariantCulture)));
        }

        int tooLong = report.Dropped.GetValueOrDefault(DropReason.TooLong) + report.Truncated;
        int leftOut = report.Dropped.Where(entry => entry.Key is not (DropReason.Duplicate or DropReason.NotSampled)).Sum(entry => entry.Value);
        Warn(report.Kept < FewSequences || report.Training < Batch, CorpusWarningKind.FewSequences,
            () => $"there are {report.Kept} sequences, {report.Training} of them to train on; a model learns so few by heart. Give at least {FewSequences}, better thousands, or lower the batch size below {Batch}.");
        Warn(tooLong > Many * report.Read, CorpusWarningKind.SequencesTooLong,
            () => $"{Percent(tooLong, report.Read)} of the sequences are longer than the maximum length; raise {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)}, cut the text into shorter sequences, or choose a tokenizer with longer tokens.");
        Warn(leftOut > report.Read / 2.0, CorpusWarningKind.MostLeftOut,
            () => $"{Percent(leftOut, report.Read)} of what was read was left out ({CorpusReport.DescribeDropped(report.Dropped)}); look at the examples in the report, and change the options or the file.");
        Warn(statistics.MostCopies >= FewestCopies && statistics.MostCopies > Many * statistics.Counted, CorpusWarningKind.DominantSequence,
            () => $"'{decode(statistics.MostFrequent)}' is {Percent(statistics.MostCopies, statistics.Counted)} of the sequences; take it out, or keep {nameof(CorpusOptions)}.{nameof(CorpusOptions.RemoveDuplicates)} on.");
        Warn(statistics.Overlap > 0, CorpusWarningKind.SplitOverlap,
            () => $"{statistics.Overlap} of {report.HeldOut} held-out sequences are training sequences too, so that held-out figures look better than they are; take them out of one of the two.");
        Warn(statistics.Tokens.All >= SmallVocabulary && statistics.Tokens.Once * 2 > statistics.Tokens.All, CorpusWarningKind.SparseVocabulary,
            () => $"{Percent(statistics.Tokens.Once, statistics.Tokens.All)} of the {statistics.Tokens.All} different tokens occur once; raise {nameof(CorpusOptions)}.{nameof(CorpusOptions.MinimumTokenCount)}, choose a tokenizer with shorter tokens, or give more data.");
        Warn(report.UnknownTokenRate > ManyUnknown, CorpusWarningKind.UnknownTokens,
            () => $"{report.UnknownTokenRate * 100:0.##}% of the tokens are unknown; lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MinimumTokenCount)}, choose a tokenizer with shorter tokens, or give the vocabulary or alphabet that fits the data.");
        Warn(report.RoundTripFailures > 0, CorpusWarningKind.LossyTokenizer,
            () => $"the tokenizer does not give {report.RoundTripFailures} of {report.Read} texts back as they were (line {report.RoundTripExamples[0].Number}: '{report.RoundTripExamples[0].Text}' becomes '{report.RoundTripExamples[0].Decoded}'); a model learns the changed texts. Choose another tokenizer, or clean the text, if this matters.");
        Warn(statistics.Broken.Records > 0, CorpusWarningKind.BrokenRecords,
            () => $"{statistics.Broken.Lines} lines were left out as {statistics.Broken.Records} invalid records of several lines, the first of them at line {statistics.Broken.First}; where a quote is not closed, the good lines up to the next quote go with it: correct the file.");
        string[] rare = labels is null ? [] : [.. labels.Names.Where((_, label) => labels.Counts[label] < FewOfLabel)];
        Warn(rare.Length > 0, CorpusWarningKind.RareLabels,
            () => $"of {rare.Length} of {labels!.Count} labels there are fewer than {FewOfLabel} sequences to train on ({LabelSet.Describe(rare)}); a model hardly learns what is theirs. Give more of them, or join labels.");
        return warnings.AsReadOnly();
    }

    private static string Percent(int part, int all) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / all:0.##}%");
}
