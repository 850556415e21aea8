using System.Collections.ObjectModel;

namespace SeqGan.Corpora;

/// <summary>Finds in a corpus's figures what will make training worse.</summary>
internal static class CorpusWarnings
{
    private const int FewSequences = 200, Batch = 64, FewestCopies = 3, SmallVocabulary = 50, FewOfLabel = 100, MostNamed = 5, Long = 500;
    private const double Many = 0.1, ManyUnknown = 0.05;

    /// <summary>The warnings of a report that is otherwise complete.</summary>
    public static IReadOnlyDictionary<CorpusWarning, string> Find(
        CorpusReport report, LabelSet? labels, CorpusStatistics statistics, Func<int[], string> decode)
    {
        var warnings = new OrderedDictionary<CorpusWarning, string>();
        void Warn(bool applies, CorpusWarning warning, Func<string> message)
        {
            if (applies)
                warnings.Add(warning, message());
        }

        int leftOut = report.Dropped
            .Where(entry => entry.Key is not (DropReason.Duplicate or DropReason.NotSampled)).Sum(entry => entry.Value);
        (int distinct, int once) = statistics.Tokens;
        (int sparing, double sparingRate) = statistics.Sparing;
        bool areManyUnknown = report.UnknownTokenRate > ManyUnknown;
        bool repeats = statistics.Distinct < report.Kept;
        Warn(statistics.Distinct < FewSequences || report.Training < Batch, CorpusWarning.FewSequences, () =>
            $"there are {report.Kept} sequences, {(repeats ? $"{statistics.Distinct} different ones, " : "")}{report.Training} of them to "
            + $"train on; a model memorises so few. Give at least {FewSequences}{(repeats ? " different ones" : "")}, better thousands, or "
            + $"lower the batch size below {Batch}.");
        Warn(report.TooLong > Many * report.Read, CorpusWarning.SequencesTooLong, () =>
            $"{Percent(report.TooLong, report.Read)} of the sequences have more tokens than the limit of {report.Limit!.Value.MaxLength}: "
            + $"{report.DescribeLimit()}. Or cut the text into shorter sequences, or choose a tokenizer with longer tokens.");
        Warn(leftOut > report.Read / 2.0, CorpusWarning.MostLeftOut, () =>
            $"{Percent(leftOut, report.Read)} of the input was left out ({CorpusReport.DescribeDropped(report.Dropped)}); "
            + "look at the examples in the report, and change the options or the file.");
        int copies = statistics.MostCopies;
        Warn(copies >= FewestCopies && copies > Many * statistics.Counted, CorpusWarning.DominantSequence, () =>
            $"'{decode(statistics.MostFrequent)}' is {Percent(copies, statistics.Counted)} of the sequences, and "
            + (report.DuplicatesKept
                ? "will be of those that are generated. If it should not be, set CorpusOptions.RemoveDuplicates."
                : "is left out except once: its frequency is not learned."));
        Warn(statistics.Overlap > 0, CorpusWarning.SplitOverlap, () =>
            $"{statistics.Overlap} of {report.HeldOut} held-out sequences are also training sequences, "
            + "so held-out figures look better than they are; remove them from one of the two.");

        // One advice: with fewer unknown tokens than warn, rare tokens may become unknown; with more, they may not.
        bool isSparse = distinct >= SmallVocabulary && once * 2 > distinct && report.MinimumTokenCount == 1;
        Warn(isSparse && !areManyUnknown, CorpusWarning.SparseVocabulary, () =>
            $"{Percent(once, distinct)} of the {distinct} different tokens occur once; "
            + (sparing == 1 ? ""
                : $"set CorpusOptions.MinimumTokenCount to {sparing}, which makes {Percent(sparingRate, 1)} of the tokens unknown, ")
            + "choose a tokenizer with shorter tokens, or give more data.");
        Warn(areManyUnknown, CorpusWarning.UnknownTokens, () =>
            $"{Percent(report.UnknownTokenRate, 1)} of the tokens are unknown; "
            + (sparing < report.MinimumTokenCount ? $"lower CorpusOptions.MinimumTokenCount to {sparing}, " : "")
            + "choose a tokenizer with shorter tokens, or give the vocabulary or alphabet that fits the data.");
        Warn(report.RoundTripFailures > 0, CorpusWarning.LossyTokenizer, () =>
        {
            (int number, string text, string decoded, _) = report.RoundTripExamples[0];
            return $"the tokenizer changes {report.RoundTripFailures} of {report.Read} texts (line {number}: '{text}' becomes '{decoded}') "
                + "and a model learns the changed texts. Choose another tokenizer, or clean the text, if this matters.";
        });
        Warn(statistics.CutTokens.Count > 0, CorpusWarning.LossyTokenizer, () =>
            $"{SourceFiles.Counted(statistics.CutTokens.Count, "token")} of the vocabulary, such as "
            + $"'{CorpusStatistics.Excerpt(statistics.CutTokens[0])}', look like several in the text of a sequence, because a blank also "
            + "separates tokens. SequenceSampler.Sample gives token ids; or write events without blanks.");
        Warn(statistics.Broken.Records > 0, CorpusWarning.BrokenRecords, () =>
            $"{statistics.Broken.Lines} lines were left out as {statistics.Broken.Records} invalid records of several lines, "
            + $"the first at line {statistics.Broken.First}; an unclosed quote swallows the lines up to the next quote: correct the file.");
        string[] rare = labels is null ? [] : [.. labels.Names.Where((_, label) => labels.Counts[label] < FewOfLabel)];
        Warn(rare.Length > 0, CorpusWarning.RareLabels, () =>
            $"{rare.Length} of {labels!.Count} labels have fewer than {FewOfLabel} sequences to train on ({LabelSet.Describe(rare)}); "
            + "asked for one of them, a model often generates what other labels have. Give more of them, or merge labels.");
        string[] similar = labels is null ? [] : DescribeSimilar(labels);
        Warn(similar.Length > 0, CorpusWarning.SimilarLabels, () =>
            "some labels differ only in case or in blanks around them, and are different labels: "
            + string.Join("; ", similar.Take(MostNamed)) + (similar.Length > MostNamed ? $" and {similar.Length - MostNamed} more" : "")
            + ". If they mean the same, write them alike.");
        Warn(report.HeldOut * 2 < statistics.HeldOutWanted, CorpusWarning.TooFewHeldOut, () =>
            $"{report.HeldOut} sequences are held out instead of {statistics.HeldOutWanted}, "
            + (statistics.Distinct == 1 ? "because all are equal"
                : labels is null ? "because copies of a sequence stay together"
                : $"because each of {labels.Count} labels keeps one to train on, and too few have more than one")
            + (report.HeldOut == 0 ? ": training cannot be measured, and does not stop by itself. " : ": they measure training poorly. ")
            + (labels is null ? "Give more different sequences." : "Merge labels, leave them out, or give more sequences of each."));
        (int composed, int decomposed) = statistics.Forms;
        Warn(statistics.Uncomposed > 0, CorpusWarning.MixedNormalization, () =>
            $"{statistics.Uncomposed} of {report.Read} texts have combining marks, and a process in globalization-invariant mode cannot "
            + "compose letters: they stay as they are. Turn InvariantGlobalization off, or normalise the texts before.");
        Warn(composed > 0 && decomposed > 0, CorpusWarning.MixedNormalization, () =>
            $"{decomposed} of {report.Read} texts have decomposed letters and {composed} composed ones, which look alike and are "
            + "different tokens; set CorpusOptions.NormalizeText.");
        Warn(report.Limit is { IsChosen: true } && report.MaxLength > Long, CorpusWarning.LongSequences, () =>
            $"sequences have up to {report.MaxLength} tokens, and the time of rollouts grows with the square of that; 90% have at most "
            + $"{report.LengthPercentiles[90]}. Lower CorpusOptions.MaxLength, or choose a tokenizer with longer tokens, if training is "
            + "too slow.");
        return new ReadOnlyDictionary<CorpusWarning, string>(warnings);
    }

    /// <summary>
    /// The least minimum count that makes rare tokens unknown, 2, or 1 if that were many; and the share, in [0, 1], of the tokens that it
    /// makes unknown.
    /// </summary>
    public static (int Count, double Unknown) FindSparing(IReadOnlyCollection<int> counts)
    {
        double once = counts.Count(count => count == 1) / Math.Max(1, counts.Sum(count => (double)count));
        return once > ManyUnknown ? (1, 0) : (2, once);
    }

    private static string[] DescribeSimilar(LabelSet labels) =>
    [
        .. labels.Names.GroupBy(name => name.Trim().ToUpperInvariant(), StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => string.Join(", ", group.Select(name => $"'{name}'"))),
    ];

    private static string Percent(double part, int all) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / all:0.##}%");
}
