namespace SeqGan;

public sealed partial class Corpus
{
    /// <summary>Makes a corpus of texts; each text is one sequence.</summary>
    /// <param name="lines">The texts; read once.</param>
    /// <param name="options">How to make it; null means the defaults of <see cref="CorpusOptions"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="CorpusException">No sequence is kept, or sequences that need a label have none.</exception>
    /// <exception cref="ArgumentException">A text is null.</exception>
    public static Corpus FromLines(IEnumerable<string> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return FromTexts(lines.Select(line => new SourceText(NotNull(line, nameof(lines)))), options, cancellationToken);
    }

    /// <summary>Makes a corpus of texts and the names of their labels (conditions), which are not empty.</summary>
    /// <inheritdoc cref="FromLines"/>
    public static Corpus FromLabelledLines(
        IEnumerable<(string Text, string Label)> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return FromTexts(lines.Select(line => SourceText.Of(NotNull(line.Text, nameof(lines)), line.Label)), options, cancellationToken);
    }

    /// <summary>Makes a corpus of texts that arrive over time, from a database or a service; each text is one sequence.</summary>
    /// <inheritdoc cref="FromLines"/>
    public static Task<Corpus> FromLinesAsync(
        IAsyncEnumerable<string> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return FromTextsAsync(lines.Select(line => new SourceText(NotNull(line, nameof(lines)))), options, cancellationToken);
    }

    /// <summary>Makes a corpus of texts and the names of their labels (conditions), not empty, that arrive over time.</summary>
    /// <inheritdoc cref="FromLines"/>
    public static Task<Corpus> FromLabelledLinesAsync(
        IAsyncEnumerable<(string Text, string Label)> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return FromTextsAsync(
            lines.Select(line => SourceText.Of(NotNull(line.Text, nameof(lines)), line.Label)), options, cancellationToken);
    }

    /// <summary>Makes a corpus of the lines of a UTF-8 file; each line is one sequence.</summary>
    /// <param name="path">
    /// The file, read as a stream. Lines end with LF or CR LF; a byte order mark is skipped. A line longer than 1 MiB, and than 64 bytes
    /// for each token of <see cref="CorpusOptions.MaxLength"/>, counts as too long; only its beginning is kept in memory.
    /// </param>
    /// <param name="options">How to make it; null means the defaults of <see cref="CorpusOptions"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="CorpusException">
    /// The file is binary or not UTF-8 (the message names the line and the byte), or no sequence is kept.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Corpus FromFile(string path, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = Validate(options);
        int limit = Utf8LineReader.LimitFor(options.MaxLength);
        return FromTexts(Utf8LineReader.ReadLines(path, limit), options, cancellationToken, $"'{path}'");
    }

    /// <summary>Makes a corpus of one column of a file of delimited columns, such as CSV or TSV; each value is one sequence.</summary>
    /// <param name="path">
    /// The file: UTF-8, in the format of RFC 4180, where a quoted value may hold delimiters and line ends. It is read as a stream.
    /// </param>
    /// <param name="column">The name of the column in the first record.</param>
    /// <param name="fileOptions">How to read the file; null means the defaults of <see cref="DelimitedFileOptions"/>.</param>
    /// <param name="options">How to make the corpus; null means the defaults of <see cref="CorpusOptions"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentException">The index or one of the file's options is out of range, or two options contradict.</exception>
    /// <exception cref="CorpusException">
    /// There is no such column, a record is broken or has no label (unless such records are skipped), the file is binary or not UTF-8, or
    /// no sequence is kept. The message names the line, for a record of several lines the first.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Corpus FromDelimitedFile(
        string path, string column, DelimitedFileOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        return fileOptions is { HasHeader: false }
            ? throw new ArgumentException(
                $"The column is named, '{column}', but {nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.HasHeader)} is false; "
                    + "give the column's index.",
                nameof(column))
            : FromDelimitedFile(path, column, index: -1, fileOptions, options, cancellationToken);
    }

    /// <summary>Makes a corpus of one column, given by its index from 0, of a file of delimited columns.</summary>
    /// <inheritdoc cref="FromDelimitedFile(string, string, DelimitedFileOptions?, CorpusOptions?, CancellationToken)"/>
    public static Corpus FromDelimitedFile(
        string path, int column, DelimitedFileOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        return FromDelimitedFile(path, name: null, column, fileOptions, options, cancellationToken);
    }

    /// <summary>Makes a corpus of one property of the JSON objects of a file, one object a line; each value is one sequence.</summary>
    /// <param name="path">The file: UTF-8, read as a stream. An empty line is an empty sequence.</param>
    /// <param name="property">
    /// The property's name. Dots lead into nested objects: <c>message.text</c>. The value must be a string.
    /// </param>
    /// <param name="fileOptions">How to read the file; null means the defaults of <see cref="JsonLinesOptions"/>.</param>
    /// <param name="options">How to make the corpus; null means the defaults of <see cref="CorpusOptions"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="CorpusException">
    /// A line is not a JSON object, lacks the property, has a value that is not a string, or has no label (unless such lines are skipped),
    /// the file is binary or not UTF-8, or no sequence is kept. The message names the line.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Corpus FromJsonLinesFile(
        string path, string property, JsonLinesOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(property);
        IEnumerable<SourceText> texts = JsonLinesReader.Read(path, property, fileOptions ?? new JsonLinesOptions());
        return FromTexts(texts, options, cancellationToken, $"'{path}'");
    }

    /// <summary>Makes a corpus of sequences that are already cut into tokens.</summary>
    /// <param name="sequences">The tokens of each sequence in order, none of them empty; read once.</param>
    /// <param name="options">
    /// How to make it; null means the defaults of <see cref="CorpusOptions"/>. <see cref="CorpusOptions.Tokenizer"/> has no effect.
    /// </param>
    /// <param name="tokenizer">
    /// Joins tokens to a text, and cuts texts that are encoded later; null means <see cref="SeqGan.Tokenizer.Whitespace"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="CorpusException">
    /// A token is null or empty, no sequence is kept, or sequences that need a label have none.
    /// </exception>
    /// <exception cref="ArgumentException">A sequence is null.</exception>
    public static Corpus FromTokenSequences(
        IEnumerable<IReadOnlyList<string>> sequences, CorpusOptions? options = null, ITokenizer? tokenizer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return FromTokenized(
            sequences.Select(tokens => (tokens, default(SourceText))), nameof(sequences), options, tokenizer, cancellationToken);
    }

    /// <summary>Makes a corpus of sequences that are already cut into tokens, with the names of their labels (conditions).</summary>
    /// <inheritdoc cref="FromTokenSequences"/>
    public static Corpus FromLabelledTokenSequences(
        IEnumerable<(IReadOnlyList<string> Tokens, string Label)> sequences, CorpusOptions? options = null, ITokenizer? tokenizer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return FromTokenized(
            sequences.Select(sequence => (sequence.Tokens, SourceText.Of("", sequence.Label))), nameof(sequences), options, tokenizer,
            cancellationToken);
    }

    /// <summary>Makes a corpus of token ids, without a vocabulary, and holds some of the sequences out.</summary>
    /// <param name="sequences">
    /// Token ids. If the format has an end token, each sequence ends with it or has the maximum length, and padding may follow. If not,
    /// each has exactly the maximum length.
    /// </param>
    /// <param name="format">The format of the sequences; it has no labels.</param>
    /// <param name="options">
    /// <see cref="CorpusOptions.HeldOutFraction"/>, <see cref="CorpusOptions.Seed"/>, <see cref="CorpusOptions.MaximumSequences"/>
    /// and <see cref="CorpusOptions.RemoveDuplicates"/> apply; the other options are about text.
    /// </param>
    /// <exception cref="CorpusException">There is no sequence, or one does not have the format; the first is sequence 0.</exception>
    public static Corpus FromTokens(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(sequences, format, "Sequence"), format, options);
    }

    /// <summary>Makes a corpus of a batch of token ids, without a vocabulary, and holds some of the sequences out.</summary>
    /// <param name="sequences">
    /// Sequences, [Count, Length], at least one, with labels if the format has some. They end as in the overload for lists. It copies them.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The options that apply to the overload for lists.</param>
    /// <exception cref="CorpusException">
    /// There is no sequence, one does not have the format, or labels are missing, superfluous or out of range.
    /// </exception>
    public static Corpus FromTokens(TokenBatch sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(sequences, format, "Sequence"), format, options);
    }

    /// <summary>Makes a corpus of two given sets of token ids, without a vocabulary. Duplicates stay.</summary>
    /// <param name="training">The sequences to train on, at least one; as in the overload without held-out sequences.</param>
    /// <param name="heldOut">The sequences to measure with; there may be none.</param>
    /// <param name="format">The format of the sequences; it has no labels.</param>
    /// <exception cref="CorpusException">There is no sequence to train on, or one does not have the format.</exception>
    public static Corpus FromTokens(
        IEnumerable<IReadOnlyList<int>> training, IEnumerable<IReadOnlyList<int>> heldOut, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(training, format, "Training sequence"), Check(heldOut, format, "Held-out sequence"), format);
    }

    /// <summary>Makes a corpus of two given batches, for example of what a generator sampled; it copies them. Duplicates stay.</summary>
    /// <param name="training">The sequences to train on, [Count, Length]; at least one, with labels if the format has some.</param>
    /// <param name="heldOut">The sequences to measure with, [Count, Length], with labels if the format has some; there may be none.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <exception cref="CorpusException">
    /// There is no sequence to train on, one does not have the format, or labels are missing, superfluous or out of range.
    /// </exception>
    public static Corpus FromTokens(TokenBatch training, TokenBatch heldOut, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(training, format, "Training sequence"), Check(heldOut, format, "Held-out sequence"), format);
    }

    internal static Corpus FromTexts(
        IEnumerable<SourceText> texts, CorpusOptions? options, CancellationToken cancellationToken, string? source = null)
    {
        options = Validate(options);
        var encoding = new TextEncoding(options, options.Tokenizer);
        foreach (SourceText text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(text);
        }

        return Finish(encoding, options, options.Tokenizer, source);
    }

    private static async Task<Corpus> FromTextsAsync(
        IAsyncEnumerable<SourceText> texts, CorpusOptions? options, CancellationToken cancellationToken)
    {
        options = Validate(options);
        var encoding = new TextEncoding(options, options.Tokenizer);
        cancellationToken.ThrowIfCancellationRequested();
        await foreach (SourceText text in texts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(text);
        }

        return Finish(encoding, options, options.Tokenizer);
    }

    private static Corpus FromDelimitedFile(
        string path, string? name, int index, DelimitedFileOptions? fileOptions, CorpusOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        fileOptions ??= new DelimitedFileOptions();
        DelimitedReader.Check(path, fileOptions);
        options = Validate(options);
        return FromTexts(DelimitedReader.Read(path, name, index, fileOptions, options.MaxLength), options, cancellationToken, $"'{path}'");
    }

    private static Corpus FromTokenized(
        IEnumerable<(IReadOnlyList<string> Tokens, SourceText Label)> sequences, string parameterName, CorpusOptions? options,
        ITokenizer? tokenizer, CancellationToken cancellationToken)
    {
        options = Validate(options);
        tokenizer ??= SeqGan.Tokenizer.Whitespace;
        var encoding = new TextEncoding(options, tokenizer);
        foreach ((IReadOnlyList<string> tokens, SourceText label) in sequences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(tokens ?? throw new ArgumentException("A sequence is null.", parameterName), label);
        }

        return Finish(encoding, options, tokenizer);
    }

    private static Corpus FromSequences(IEnumerable<LabelledSequence> sequences, SequenceFormat format, CorpusOptions? options)
    {
        options = Validate(options);
        var collector = new SequenceCollector(options.MaximumSequences, options.Seed);
        foreach (LabelledSequence sequence in sequences)
            collector.Keep(sequence with { Number = collector.Count() });
        collector.ThrowIfNothingKept();
        collector.FinishSampling();
        collector.CountCopies();
        if (options.RemoveDuplicates)
            collector.RemoveDuplicates(SequenceCollector.Decode);
        (SequenceBuffer training, SequenceBuffer heldOut) = collector.Split(format, options.HeldOutFraction, options.Seed);
        LabelSet? labels = LabelsOf(training);
        return new Corpus(training, heldOut, labels, collector.Report(training, heldOut, labels, SequenceCollector.Decode));
    }

    private static Corpus FromSequences(
        IEnumerable<LabelledSequence> training, IEnumerable<LabelledSequence> heldOut, SequenceFormat format)
    {
        SequenceBuffer trainingRows = SequenceCollector.Copy([.. training], format);
        SequenceBuffer heldOutRows = SequenceCollector.Copy([.. heldOut], format);
        if (trainingRows.Count == 0)
            throw new CorpusException("A corpus needs at least one training sequence; there was none.");
        LabelSet? labels = LabelsOf(trainingRows);
        return new Corpus(trainingRows, heldOutRows, labels, SequenceCollector.Report(trainingRows, heldOutRows, labels));
    }

    private static Corpus Finish(TextEncoding encoding, CorpusOptions options, ITokenizer tokenizer, string? source = null)
    {
        Vocabulary vocabulary = encoding.Finish(source);
        int maxLength = options.Vocabulary is null ? encoding.Sequences.LongestLength : options.MaxLength;
        string[] names = encoding.Sequences.LabelNames;
        var format = new SequenceFormat(
            vocabulary.Count, maxLength, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId, names.Length);
        (SequenceBuffer training, SequenceBuffer heldOut) = encoding.Sequences.Split(format, options.HeldOutFraction, options.Seed);
        LabelSet? labels = LabelsOf(training, names);
        int minimumTokenCount = options.Vocabulary is null ? options.MinimumTokenCount : 1;
        CorpusReport report = encoding.Sequences.Report(
            training, heldOut, labels, sequence => encoding.Decode(sequence, vocabulary), minimumTokenCount);
        return new Corpus(training, heldOut, labels, report)
        {
            Vocabulary = vocabulary,
            Tokenizer = tokenizer,
            DropsUnknownTokens = options.DropSequencesWithUnknownTokens,
        };
    }

    private static CorpusOptions Validate(CorpusOptions? options)
    {
        options ??= new CorpusOptions();
        CorpusOptionsValidator.ThrowIfInvalid(options);
        return options;
    }

    private static string NotNull(string? line, string parameterName) =>
        line ?? throw new ArgumentException("A line is null.", parameterName);

    private static LabelSet? LabelsOf(SequenceBuffer training, IEnumerable<string>? names = null)
    {
        int count = training.Format.LabelCount;
        if (count == 0)
            return null;
        long[] counts = new long[count];
        foreach (int label in training.Labels)
            counts[label]++;
        return new LabelSet(names ?? LabelSet.NumberedNames(count), counts);
    }

    private static IEnumerable<LabelledSequence> Check(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format, string name)
    {
        if (format.LabelCount > 0)
        {
            throw new CorpusException(
                $"The format has {format.LabelCount} labels, and lists of tokens have none; give batches of sequences with their labels.");
        }

        int index = 0;
        foreach (IReadOnlyList<int> sequence in sequences)
        {
            if (sequence is null)
                throw new CorpusException($"{name} {index} is null.");
            int[] tokens = RawSequences.Check(sequence as int[] ?? [.. sequence], format, $"{name} {index}");
            yield return new LabelledSequence(tokens, LabelledSequence.NoLabel, index);
            index++;
        }
    }

    private static IEnumerable<LabelledSequence> Check(TokenBatch sequences, SequenceFormat format, string name)
    {
        try
        {
            format.ThrowIfInvalid(sequences.Labels.Span, sequences.Count, parameterName: null);
        }
        catch (ArgumentException error)
        {
            throw new CorpusException($"{name}s: {error.Message}", error);
        }

        return Enumerable.Range(0, sequences.Count).Select(row => new LabelledSequence(
            RawSequences.Check(sequences[row], format, $"{name} {row}"),
            format.LabelCount == 0 ? LabelledSequence.NoLabel : sequences.Labels.Span[row],
            row));
    }
}
