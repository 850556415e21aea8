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
        return FromTexts(lines.Select(line => new SourceText(line ?? throw new ArgumentException("A line is null.", nameof(lines)))), options, cancellationToken);
    }

    /// <summary>Makes a corpus of texts with labels, each of them one sequence.</summary>
    /// <param name="lines">The texts and their labels; read once.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">Sequences have no label, or no sequence is kept.</exception>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromLines(IEnumerable<LabelledText> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        return FromTexts(lines.Select(line => SourceText.Of(line.Text ?? throw new ArgumentException("A line is null.", nameof(lines)), line.Label)), options, cancellationToken);
    }

    /// <summary>Makes a corpus of texts that come over time, from a database or a service; each of them is one sequence.</summary>
    /// <param name="lines">The texts; read once, one after the other.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">No sequence is kept.</exception>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<Corpus> FromLinesAsync(IAsyncEnumerable<string> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        options = Validate(options);
        var encoding = new TextEncoding(options, options.Tokenizer);
        cancellationToken.ThrowIfCancellationRequested();
        await foreach (string line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(new SourceText(line ?? throw new ArgumentException("A line is null.", nameof(lines))));
        }

        return Finish(encoding, options, options.Tokenizer);
    }

    /// <summary>Makes a corpus of texts with labels that come over time, from a database or a service; each of them is one sequence.</summary>
    /// <param name="lines">The texts and their labels; read once, one after the other.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">Sequences have no label, or no sequence is kept.</exception>
    /// <exception cref="ArgumentException">A text is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<Corpus> FromLinesAsync(IAsyncEnumerable<LabelledText> lines, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lines);
        options = Validate(options);
        var encoding = new TextEncoding(options, options.Tokenizer);
        cancellationToken.ThrowIfCancellationRequested();
        await foreach (LabelledText line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(SourceText.Of(line.Text ?? throw new ArgumentException("A line is null.", nameof(lines)), line.Label));
        }

        return Finish(encoding, options, options.Tokenizer);
    }

    /// <summary>Makes a corpus of the lines of a UTF-8 file, each of them one sequence.</summary>
    /// <param name="path">
    /// The file. Lines end with LF or CR LF; a byte order mark is skipped. It is read as a stream. Of a line longer than 64
    /// bytes a token of <see cref="CorpusOptions.MaxLength"/>, and than 1 MiB, only the beginning is looked at: it is too long.
    /// </param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">The file is binary or not UTF-8, with the line and the byte named, or no sequence is kept.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromFile(string path, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = Validate(options);
        return FromTexts(Utf8LineReader.ReadLines(path, Utf8LineReader.LimitFor(options.MaxLength)), options, cancellationToken, $"'{path}'");
    }

    /// <summary>Makes a corpus of a column of a file of delimited columns, such as CSV or TSV; each value is one sequence.</summary>
    /// <param name="path">The file, UTF-8, as RFC 4180 has it: a quoted value may hold delimiters and line ends. It is read as a stream.</param>
    /// <param name="column">The name of the column, as the first record has it.</param>
    /// <param name="fileOptions">How to read the file; the defaults of <see cref="DelimitedFileOptions"/> if null.</param>
    /// <param name="options">How to make the corpus; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="ArgumentException">The file's options are out of range or contradict each other.</exception>
    /// <exception cref="CorpusException">
    /// There is no such column, a record is broken or has no label (unless such are skipped), the file is binary or not UTF-8, or no sequence
    /// is kept. The line is named; of a record of several lines it is the first.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromDelimitedFile(
        string path, string column, DelimitedFileOptions? fileOptions = null, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(column);
        fileOptions ??= new DelimitedFileOptions();
        if (!fileOptions.HasHeader)
            throw new ArgumentException($"The column is named, '{column}', but {nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.HasHeader)} is false; give the column's index.", nameof(column));
        DelimitedReader.Check(path, fileOptions);
        options = Validate(options);
        return FromTexts(DelimitedReader.Read(path, column, index: -1, fileOptions, options.MaxLength), options, cancellationToken, $"'{path}'");
    }

    /// <summary>Makes a corpus of a column of a file of delimited columns; otherwise as the overload with a column's name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="column">The index of the column; the first is 0.</param>
    /// <param name="fileOptions">How to read the file; the defaults of <see cref="DelimitedFileOptions"/> if null.</param>
    /// <param name="options">How to make the corpus; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative.</exception>
    /// <exception cref="CorpusException">As the other overload's.</exception>
    public static Corpus FromDelimitedFile(
        string path, int column, DelimitedFileOptions? fileOptions = null, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        fileOptions ??= new DelimitedFileOptions();
        DelimitedReader.Check(path, fileOptions);
        options = Validate(options);
        return FromTexts(DelimitedReader.Read(path, name: null, column, fileOptions, options.MaxLength), options, cancellationToken, $"'{path}'");
    }

    /// <summary>Makes a corpus of a property of the JSON objects of a file, one object a line; each value is one sequence.</summary>
    /// <param name="path">The file, UTF-8. It is read as a stream. An empty line is an empty sequence.</param>
    /// <param name="property">The property's name; one within another object is named with dots, <c>message.text</c>. Its value must be a string.</param>
    /// <param name="fileOptions">How to read the file; the defaults of <see cref="JsonLinesOptions"/> if null.</param>
    /// <param name="options">How to make the corpus; the defaults of <see cref="CorpusOptions"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">
    /// A line is no JSON object, lacks the property or has another value than a string, or has no label (unless such are skipped), the file is
    /// binary or not UTF-8, or no sequence is kept. The line is named.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromJsonLinesFile(
        string path, string property, JsonLinesOptions? fileOptions = null, CorpusOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(property);
        options = Validate(options);
        return FromTexts(JsonLinesReader.Read(path, property, fileOptions ?? new JsonLinesOptions()), options, cancellationToken, $"'{path}'");
    }

    /// <summary>Makes a corpus of sequences that are cut into tokens already.</summary>
    /// <param name="sequences">Tokens in order, none of them empty.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null. Its tokenizer is not used.</param>
    /// <param name="tokenizer">Joins tokens to a text, and cuts texts that are encoded later; a <see cref="WhitespaceTokenizer"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">A token is null or empty, or no sequence is kept.</exception>
    /// <exception cref="ArgumentException">A sequence is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromTokenSequences(
        IEnumerable<IReadOnlyList<string>> sequences, CorpusOptions? options = null, ITokenizer? tokenizer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        options = Validate(options);
        tokenizer ??= new WhitespaceTokenizer();
        var encoding = new TextEncoding(options, tokenizer);
        foreach (IReadOnlyList<string> sequence in sequences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(sequence ?? throw new ArgumentException("A sequence is null.", nameof(sequences)));
        }

        return Finish(encoding, options, tokenizer);
    }

    /// <summary>Makes a corpus of sequences with labels that are cut into tokens already.</summary>
    /// <param name="sequences">Tokens in order, none of them empty, and a label.</param>
    /// <param name="options">How to make it; the defaults of <see cref="CorpusOptions"/> if null. Its tokenizer is not used.</param>
    /// <param name="tokenizer">Joins tokens to a text, and cuts texts that are encoded later; a <see cref="WhitespaceTokenizer"/> if null.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">A token is null or empty, sequences have no label, or no sequence is kept.</exception>
    /// <exception cref="ArgumentException">A sequence is null.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Corpus FromTokenSequences(
        IEnumerable<LabelledTokens> sequences, CorpusOptions? options = null, ITokenizer? tokenizer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        options = Validate(options);
        tokenizer ??= new WhitespaceTokenizer();
        var encoding = new TextEncoding(options, tokenizer);
        foreach ((IReadOnlyList<string> tokens, string label) in sequences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(tokens ?? throw new ArgumentException("A sequence is null.", nameof(sequences)), SourceText.Of("", label));
        }

        return Finish(encoding, options, tokenizer);
    }

    /// <summary>Makes a corpus of token ids, without a vocabulary, and holds some of them out.</summary>
    /// <param name="sequences">
    /// Token ids. Where the format has an end token each sequence ends with it, or has the maximum length; padding may
    /// follow. Where it has none, each has exactly the maximum length.
    /// </param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">
    /// <see cref="CorpusOptions.HeldOutFraction"/>, <see cref="CorpusOptions.Seed"/>, <see cref="CorpusOptions.MaximumSequences"/>
    /// and <see cref="CorpusOptions.RemoveDuplicates"/> apply; the others are about text.
    /// </param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">There is no sequence, or one does not have the format; the first is sequence 0.</exception>
    public static Corpus FromTokens(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(sequences, format, "Sequence"), format, options);
    }

    /// <summary>Makes a corpus of a batch of token ids, without a vocabulary, and holds some of them out; it copies them.</summary>
    /// <param name="sequences">Sequences, [Count, Length], at least one, with labels where the format has some. What was said of the other overload's sequences holds.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The options that the other overload names apply.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Options are out of range; all failures are listed.</exception>
    /// <exception cref="CorpusException">There is no sequence, or one does not have the format, or labels are missing, superfluous or out of range.</exception>
    public static Corpus FromTokens(TokenBatch sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(sequences, format, "Sequence"), format, options);
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
        return FromSequences(Check(training, format, "Training sequence"), Check(heldOut, format, "Held-out sequence"), format);
    }

    /// <summary>Makes a corpus of two given batches, for example of what a generator sampled; it copies them. Duplicates stay.</summary>
    /// <param name="training">The sequences to train on, [Count, Length]; at least one, with labels where the format has some.</param>
    /// <param name="heldOut">The sequences to measure with, [Count, Length]; perhaps none, with labels where the format has some.</param>
    /// <param name="format">The format of the sequences.</param>
    /// <exception cref="CorpusException">There is no sequence to train on, or one does not have the format, or labels are missing, superfluous or out of range.</exception>
    public static Corpus FromTokens(TokenBatch training, TokenBatch heldOut, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(training, format, "Training sequence"), Check(heldOut, format, "Held-out sequence"), format);
    }

    internal static Corpus FromTexts(IEnumerable<SourceText> texts, CorpusOptions? options, CancellationToken cancellationToken, string? source = null)
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

    private static Corpus FromSequences(IEnumerable<LabelledSequence> training, IEnumerable<LabelledSequence> heldOut, SequenceFormat format)
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
        var format = new SequenceFormat(vocabulary.Count, maxLength, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId, names.Length);
        (SequenceBuffer training, SequenceBuffer heldOut) = encoding.Sequences.Split(format, options.HeldOutFraction, options.Seed);
        LabelSet? labels = LabelsOf(training, names);
        CorpusReport report = encoding.Sequences.Report(
            training, heldOut, labels, sequence => encoding.Decode(sequence, vocabulary), options.Vocabulary is null ? options.MinimumTokenCount : 1);
        return new Corpus(training, heldOut, labels, report, vocabulary, tokenizer, options.RareTokens);
    }

    private static CorpusOptions Validate(CorpusOptions? options)
    {
        options ??= new CorpusOptions();
        CorpusOptionsValidator.ThrowIfInvalid(options);
        return options;
    }

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
            throw new CorpusException($"The format has {format.LabelCount} labels, and lists of tokens have none; give batches of sequences with their labels.");
        int index = 0;
        foreach (IReadOnlyList<int> sequence in sequences)
        {
            if (sequence is null)
                throw new CorpusException($"{name} {index} is null.");
            yield return new LabelledSequence(RawSequences.Check(sequence as int[] ?? [.. sequence], format, $"{name} {index}"), LabelledSequence.NoLabel, index);
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
            RawSequences.Check(sequences[row], format, $"{name} {row}"), format.LabelCount == 0 ? LabelledSequence.NoLabel : sequences.Labels.Span[row], row));
    }
}
