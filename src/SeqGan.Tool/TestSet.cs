namespace SeqGan.Tool;

/// <summary>A test file in a model's tokens, without what the model was trained on.</summary>
internal sealed record TestSet(TokenBatch Sequences, int Overlap, double UnknownTokenRate)
{
    // With more, the figures say more about the vocabulary than about the model.
    private const double ManyUnknown = 0.1;

    /// <exception cref="ArgumentException">There is no tokenizer, or the file has only training data or other labels.</exception>
    public static TestSet Read(CompiledPolicy policy, string path, Func<CorpusOptions, Corpus> read)
    {
        if (policy.Vocabulary is not { } vocabulary || policy.Tokenizer is not { } tokenizer)
            throw new ArgumentException(
                "The model has no vocabulary and no tokenizer, so it cannot read a text file; measure it in code, with SampleMetrics.");
        Corpus corpus = Read(read, new CorpusOptions
        {
            Vocabulary = vocabulary, Tokenizer = tokenizer, MaxLength = policy.Format.MaxLengthWithoutEnd,
            NormalizeText = policy.NormalizesText, HeldOutFraction = 0,
        });
        int[] labels = LabelsOf(policy, corpus, path);
        TokenBatch all = corpus.Training;
        int[] kept = [.. Enumerable.Range(0, all.Count).Where(row => policy.TrainingSequences?.Contains(all[row]) != true)];
        if (kept.Length == 0)
            throw new ArgumentException(
                $"All {all.Count} sequences of '{path}' are in the training data; measure a model with sequences that it has not seen.");
        var buffer = new SequenceBuffer(policy.Format, kept.Length);
        for (int row = 0; row < kept.Length; row++)
        {
            buffer.Set(row, all[kept[row]]);
            if (labels.Length > 0)
                buffer.Labels[row] = labels[all.Labels.Span[kept[row]]];
        }

        Warn(corpus, path, kept.Length, policy);
        return new TestSet(buffer.AsBatch(), all.Count - kept.Length, corpus.Report.UnknownTokenRate);
    }

    /// <summary>The model's number of each label of the test file; none where the model has none.</summary>
    private static int[] LabelsOf(CompiledPolicy policy, Corpus corpus, string path)
    {
        if (policy.Labels is null && corpus.Labels is null)
            return [];
        if (policy.Labels is not { } known)
            throw new ArgumentException("--label was given, but the model has no labels: it was trained without --label.");
        if (corpus.Labels is not { } labels)
            throw new ArgumentException($"The model has {known.Count} labels: name the column or property that has those of '{path}' "
                + "with --label, and the one that has the sequences with --column.");
        string[] unknown = [.. labels.Names.Where(name => !known.TryGetIndex(name, out _))];
        return unknown.Length == 0
            ? [.. labels.Names.Select(known.IndexOf)]
            : throw new ArgumentException($"'{path}' has {unknown.Length} labels that the model does not know, such as '{unknown[0]}'; "
                + "'seqgan info' lists those that it knows.");
    }

    // The length is the model's; no option raises it.
    private static Corpus Read(Func<CorpusOptions, Corpus> read, CorpusOptions options)
    {
        try
        {
            return read(options);
        }
        catch (CorpusException error)
        {
            int? limit = options.MaxLength;
            throw new CorpusException(
                error.Message
                    .Replace($"{Wording.LongestSequence} is {limit}", $"The model's limit is {Wording.Count(limit ?? 0, "token")}",
                        StringComparison.Ordinal)
                    .Replace(Wording.LongestSequence, "the model's limit", StringComparison.Ordinal),
                error);
        }
    }

    private static void Warn(Corpus corpus, string path, int kept, CompiledPolicy policy)
    {
        foreach (string source in corpus.Report.Sources)
            Terminal.Say($"{source}.");
        int all = corpus.Training.Count;
        IEnumerable<string> dropped = corpus.Report.Dropped.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} " + entry.Key switch
        {
            DropReason.Empty => "empty",
            DropReason.TooLong =>
                $"with more than {Wording.Count(policy.Format.MaxLengthWithoutEnd, "token")}, the model's limit (the longest has "
                    + $"{corpus.Report.LengthPercentiles[100]})",
            DropReason.Invalid => "that cannot be read",
            var other => other.ToString(),
        });
        if (corpus.Report.Dropped.Count > 0)
            Terminal.Say(
                $"{path}: {all} of the {corpus.Report.Read} sequences can be used; left out: {string.Join(", ", dropped)}.");
        if (corpus.Report.Warnings.TryGetValue(CorpusWarning.BrokenRecords, out string? warning))
            Terminal.Say($"{path}: {warning}");
        if (corpus.Report.UnknownTokenRate > ManyUnknown)
            Terminal.Say(
                $"{path}: the model does not know {corpus.Report.UnknownTokenRate * 100:0.#}% of the tokens; they match nothing that it "
                + "generates, which lowers BLEU, and count as one token in nll_test; nll_test_known leaves them out. "
                + "Was it trained on this kind of data?");
        if (kept < all)
            Terminal.Say($"{path}: {all - kept} of the {all} sequences are in the training data and are left out; {kept} remain.");
        if (policy.TrainingSequences is null)
            Terminal.Say(
                "The model does not know what it was trained on: there is no novelty, and the test file may overlap its training data.");
    }
}
