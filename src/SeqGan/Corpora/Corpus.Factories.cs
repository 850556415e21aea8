namespace SeqGan;

public sealed partial class Corpus
{
    /// <summary>Makes a corpus of texts, each of them one sequence.</summary>
    /// <param name="lines">The texts; read once.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">No sequence is kept.</exception>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromLines(IEnumerable<string> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        options = Validate(options);
        var encoding = new TextEncoding(options);
        foreach (string line in lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(line ?? throw new ArgumentException("A line is null.", nameof(lines)));
        }

        Vocabulary vocabulary = encoding.Finish();
        var format = new SequenceFormat(
            vocabulary.Count, encoding.Sequences.LongestLength, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId);
        (SequenceBuffer training, SequenceBuffer heldOut) = encoding.Sequences.Split(format, options.HeldOutFraction, options.Seed);
        CorpusReport report = encoding.Sequences.Report(training, heldOut, encoding.Truncated, encoding.UnknownTokenRate);
        return new Corpus(training, heldOut, report, vocabulary, options);
    }

    /// <summary>Makes a corpus of the lines of a UTF-8 file, each of them one sequence.</summary>
    /// <param name="path">The file. Lines end with LF or CR LF; a byte order mark is skipped. It is read as a stream.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">The file is not UTF-8, with the line and the byte named, or no sequence is kept.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromFile(string path, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FromLines(Utf8LineReader.ReadLines(path), options, cancellationToken);
    }

    /// <summary>Makes a corpus of token ids, without a vocabulary, and holds some of them out.</summary>
    /// <param name="sequences">
    /// Token ids. Where the format has an end token each sequence ends with it, or has the maximum length; padding may
    /// follow. Where it has none, each has exactly the maximum length.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">
    /// <see cref="CorpusOptions.HeldOutFraction"/>, <see cref="CorpusOptions.Seed"/> and
    /// <see cref="CorpusOptions.RemoveDuplicates"/> apply; the others are about text.
    /// </param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">There is no sequence, or one does not have the format; the first is sequence 0.</exception>
    public static Corpus FromTokens(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(format);
        options = Validate(options);
        var collector = new SequenceCollector();
        foreach (int[] sequence in Check(sequences, format, "Sequence"))
            collector.Keep(sequence, collector.Count());
        collector.ThrowIfNothingKept();
        if (options.RemoveDuplicates)
            collector.RemoveDuplicates(sequence => string.Join(' ', sequence));
        (SequenceBuffer training, SequenceBuffer heldOut) = collector.Split(format, options.HeldOutFraction, options.Seed);
        return new Corpus(training, heldOut, collector.Report(training, heldOut));
    }

    /// <summary>Makes a corpus of two given sets of token ids, without a vocabulary. Duplicates stay.</summary>
    /// <param name="training">The sequences to train on; at least one. What was said of the other overload's sequences holds.</param>
    /// <param name="heldOut">The sequences to measure with; perhaps none.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <exception cref="CorpusException">There is no sequence to train on, or one does not have the format.</exception>
    public static Corpus FromTokens(IEnumerable<IReadOnlyList<int>> training, IEnumerable<IReadOnlyList<int>> heldOut, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(format);
        SequenceBuffer trainingRows = SequenceCollector.Copy([.. Check(training, format, "Training sequence")], format);
        SequenceBuffer heldOutRows = SequenceCollector.Copy([.. Check(heldOut, format, "Held-out sequence")], format);
        if (trainingRows.Count == 0)
            throw new CorpusException("A corpus needs at least one training sequence; there was none.");
        var report = new CorpusReport(
            trainingRows.Count + heldOutRows.Count, trainingRows.Count, heldOutRows.Count, 0, 0, new Dictionary<DropReason, int>().AsReadOnly(), []);
        return new Corpus(trainingRows, heldOutRows, report);
    }

    /// <summary>Makes a corpus of two given batches, for example of what a generator sampled; it copies them. Duplicates stay.</summary>
    /// <param name="training">The sequences to train on, [Count, Length]; at least one.</param>
    /// <param name="heldOut">The sequences to measure with, [Count, Length]; perhaps none.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <exception cref="CorpusException">There is no sequence to train on, or one does not have the format.</exception>
    public static Corpus FromTokens(TokenBatch training, TokenBatch heldOut, SequenceFormat format) =>
        FromTokens(Rows(training), Rows(heldOut), format);

    private static CorpusOptions Validate(CorpusOptions? options)
    {
        options ??= new CorpusOptions();
        CorpusOptionsValidator.ThrowIfInvalid(options);
        return options;
    }

    private static IEnumerable<int[]> Check(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format, string name)
    {
        int index = 0;
        foreach (IReadOnlyList<int> sequence in sequences)
        {
            if (sequence is null)
                throw new CorpusException($"{name} {index} is null.");
            yield return RawSequences.Check(sequence as int[] ?? [.. sequence], format, $"{name} {index}");
            index++;
        }
    }

    private static IEnumerable<int[]> Rows(TokenBatch sequences)
    {
        for (int row = 0; row < sequences.Count; row++)
            yield return sequences[row].ToArray();
    }
}
