namespace SeqGan;

public sealed partial class Corpus
{
    /// <summary>Makes a corpus of texts, which are read once; each text is one sequence.</summary>
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
        var texts = lines.Select(line => SourceText.Of(NotNull(line.Text, nameof(lines)), line.Label));
        return FromTextsAsync(texts, options, cancellationToken);
    }

    /// <summary>
    /// Makes a corpus of a file of sequences: lines of text, FASTA, SMILES, a table with one column of text, or JSON Lines with one
    /// property of text or of tokens. Its name and content tell which; <see cref="CorpusReport.Sources"/> says it.
    /// </summary>
    /// <remarks>
    /// The file is UTF-8, with or without a byte order mark, and may be compressed with gzip. It is read as a stream. Lines end with LF,
    /// CR LF or CR. A line longer than 1 MiB, and than 64 bytes for each token of <see cref="CorpusOptions.MaxLength"/>, counts as too
    /// long; only its beginning is kept in memory.
    /// </remarks>
    /// <exception cref="CorpusException">
    /// The file is a table or JSON Lines and it is not clear which column has the sequences, a record is broken, the file is binary or not
    /// UTF-8, at the named line and byte, its gzip is damaged or unpacks to more than 100 times its size, or no sequence is kept.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Corpus FromFile(string path, CorpusOptions? options = null, CancellationToken cancellationToken = default) =>
        FromFiles([path], fileOptions: null, options, cancellationToken);

    /// <summary>Makes a corpus of files of sequences, one after the other; <see cref="CorpusFileOptions"/> say how to read them.</summary>
    /// <remarks>Each file is as in <see cref="FromFile"/>. The rows of a group may be in several files.</remarks>
    /// <exception cref="ArgumentException">There is no path, one is empty, or file options are out of range or contradict.</exception>
    /// <inheritdoc cref="FromFile"/>
    public static Corpus FromFiles(
        IEnumerable<string> paths, CorpusFileOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] all = [.. paths];
        if (all.Length == 0)
            throw new ArgumentException("There is no path; give one or more.", nameof(paths));
        foreach (string path in all)
            ArgumentException.ThrowIfNullOrEmpty(path, nameof(paths));
        string name = $"'{all[0]}'{(all.Length == 1 ? "" : all.Length == 2 ? $" and '{all[1]}'" : $" and {all.Length - 1} other files")}";
        return FromSources([.. all.Select(Opening)], name, fileOptions, options, cancellationToken);

        static Func<SourceFile> Opening(string path) => () => SourceFile.Open(path);
    }

    /// <summary>Makes a corpus of a stream, such as standard input, which is read once and stays open.</summary>
    /// <param name="stream">The stream, as a file in <see cref="FromFile"/>. It need not seek.</param>
    /// <param name="name">How messages name it; an extension, such as .csv, tells what it is.</param>
    /// <param name="fileOptions">How to read it.</param>
    /// <param name="options">How to make the corpus.</param>
    /// <param name="cancellationToken">Cancels between two sequences.</param>
    /// <inheritdoc cref="FromFiles"/>
    public static Corpus FromStream(
        Stream stream, string name, CorpusFileOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FromSources([() => SourceFile.Of(stream, name)], $"'{name}'", fileOptions, options, cancellationToken);
    }

    /// <summary>Makes a corpus of one column of a file of delimited columns, such as CSV or TSV; each value is one sequence.</summary>
    /// <param name="path">The path of the file, as in <see cref="FromFile"/>.</param>
    /// <param name="column">The column's name in the header, or its number, from 1.</param>
    /// <param name="fileOptions">How to read the file; they name no other column for the sequences.</param>
    /// <param name="options">How to make the corpus.</param>
    /// <param name="cancellationToken">Cancels between two sequences.</param>
    /// <remarks>
    /// The file is in the format of RFC 4180, where a quoted value may hold delimiters and line ends. It is read as a stream.
    /// </remarks>
    /// <exception cref="ArgumentException">One of the file's options is out of range, or two options contradict.</exception>
    /// <exception cref="CorpusException">
    /// There is no such column or there are two, a record is broken or has no label (unless such records are skipped), the file is binary
    /// or not UTF-8, or no sequence is kept. The message names the line, for a record of several lines the first.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Corpus FromDelimitedFile(
        string path, string column, CorpusFileOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        fileOptions = (fileOptions ?? new CorpusFileOptions()).Of(FileFormat.Delimited, column);
        return FromFiles([path], fileOptions, options, cancellationToken);
    }

    /// <summary>Makes a corpus of one property of the JSON objects of a file, one object a line; each value is one sequence.</summary>
    /// <param name="path">The path of the file, as in <see cref="FromFile"/>.</param>
    /// <param name="property">The property's name; dots lead into nested objects: <c>message.text</c>.</param>
    /// <param name="fileOptions">How to read the file; they name no other property for the sequences.</param>
    /// <param name="options">How to make the corpus.</param>
    /// <param name="cancellationToken">Cancels between two sequences.</param>
    /// <remarks>
    /// An empty line is an empty sequence. The value is a text, or an array of tokens: texts, numbers, true or false. Of arrays,
    /// <see cref="Text.Tokenizer.Whitespace"/> joins the tokens, and <see cref="CorpusOptions.Tokenizer"/> has no effect.
    /// </remarks>
    /// <exception cref="ArgumentException">One of the file's options is out of range, or two options contradict.</exception>
    /// <exception cref="CorpusException">
    /// A line is not a JSON object, lacks the property, has a value that is neither a text nor an array of tokens, or has no label (unless
    /// such lines are skipped), the file is binary or not UTF-8, or no sequence is kept. The message names the line.
    /// </exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Corpus FromJsonLinesFile(
        string path, string property, CorpusFileOptions? fileOptions = null, CorpusOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(property);
        fileOptions = (fileOptions ?? new CorpusFileOptions()).Of(FileFormat.JsonLines, property);
        return FromFiles([path], fileOptions, options, cancellationToken);
    }

    /// <summary>Makes a corpus of sequences that are already cut into tokens, none of them empty; reads them once.</summary>
    /// <remarks>
    /// <see cref="CorpusOptions.Tokenizer"/> has no effect. The given tokenizer joins tokens to a text, and cuts texts that are encoded
    /// later; null means <see cref="Text.Tokenizer.Whitespace"/>.
    /// </remarks>
    /// <exception cref="CorpusException">A token is null or empty, no sequence is kept, or labels are missing.</exception>
    /// <exception cref="ArgumentException">A sequence is null.</exception>
    public static Corpus FromTokenSequences(
        IEnumerable<IReadOnlyList<string>> sequences, CorpusOptions? options = null, ITokenizer? tokenizer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var texts = sequences.Select(tokens => new SourceText("", Tokens: NotNull(tokens, nameof(sequences))));
        return FromTexts(texts, options, cancellationToken, tokenizer: tokenizer ?? Text.Tokenizer.Whitespace);
    }

    /// <summary>Makes a corpus of sequences that are already cut into tokens, with the names of their labels (conditions).</summary>
    /// <inheritdoc cref="FromTokenSequences"/>
    public static Corpus FromLabelledTokenSequences(
        IEnumerable<(IReadOnlyList<string> Tokens, string Label)> sequences, CorpusOptions? options = null, ITokenizer? tokenizer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var texts = sequences.Select(
            sequence => SourceText.Of("", sequence.Label) with { Tokens = NotNull(sequence.Tokens, nameof(sequences)) });
        return FromTexts(texts, options, cancellationToken, tokenizer: tokenizer ?? Text.Tokenizer.Whitespace);
    }

    /// <summary>Makes a corpus of token ids, without a vocabulary, and holds some of the sequences out.</summary>
    /// <remarks>
    /// If the format has an end token, each sequence ends with it, or it did not end within the limit and has at least
    /// <see cref="SequenceFormat.MaxLengthWithoutEnd"/> tokens; padding may follow. If not, each has exactly the maximum length. Lists have
    /// no labels, so the format has none. Of the options <see cref="CorpusOptions.HeldOutFraction"/>, <see cref="CorpusOptions.Seed"/>,
    /// <see cref="CorpusOptions.MaximumSequences"/> and <see cref="CorpusOptions.RemoveDuplicates"/> apply; the others are about text.
    /// </remarks>
    /// <exception cref="CorpusException">There is no sequence, or one does not have the format; the first is sequence 0.</exception>
    public static Corpus FromTokens(IEnumerable<IReadOnlyList<int>> sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(sequences, format, "Sequence"), format, options);
    }

    /// <summary>
    /// Makes a corpus of a batch, [Count, Length], of token ids, with labels if the format has some, and holds some of the sequences out.
    /// It copies them. Sequences and options are as in the overload for lists.
    /// </summary>
    /// <exception cref="CorpusException">There is no sequence, one does not have the format, or labels are not valid.</exception>
    public static Corpus FromTokens(TokenBatch sequences, SequenceFormat format, CorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(sequences, format, "Sequence"), format, options);
    }

    /// <summary>
    /// Makes a corpus of token ids to train on, at least one sequence, and others to measure with. Duplicates stay. Sequences are as in
    /// the overload without held-out sequences.
    /// </summary>
    /// <exception cref="CorpusException">There is no sequence to train on, or one does not have the format.</exception>
    public static Corpus FromTokens(
        IEnumerable<IReadOnlyList<int>> training, IEnumerable<IReadOnlyList<int>> heldOut, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(training, format, "Training sequence"), Check(heldOut, format, "Held-out sequence"), format);
    }

    /// <summary>
    /// Makes a corpus of two batches, [Count, Length], for example of what a generator sampled: sequences to train on, at least one, and
    /// others to measure with; with labels if the format has some. It copies them. Duplicates stay.
    /// </summary>
    /// <exception cref="CorpusException">There is no sequence to train on, one lacks the format, or labels are not valid.</exception>
    public static Corpus FromTokens(TokenBatch training, TokenBatch heldOut, SequenceFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return FromSequences(Check(training, format, "Training sequence"), Check(heldOut, format, "Held-out sequence"), format);
    }

    internal static Corpus FromTexts(
        IEnumerable<SourceText> texts, CorpusOptions? options, CancellationToken cancellationToken, string? source = null,
        ITokenizer? tokenizer = null)
    {
        options = Validate(options);
        var encoding = new TextEncoding(options, tokenizer ?? options.Tokenizer, tokenizer ?? Text.Tokenizer.Whitespace);
        foreach (SourceText text in texts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            encoding.Add(text);
        }

        return Finish(encoding, options, encoding.Tokenizer, source);
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

    private static Corpus FromSources(
        IReadOnlyList<Func<SourceFile>> sources, string name, CorpusFileOptions? fileOptions, CorpusOptions? options,
        CancellationToken cancellationToken)
    {
        fileOptions ??= new CorpusFileOptions();
        fileOptions.ThrowIfInvalid();
        options = Validate(options);
        var files = new SourceFiles(sources, name, fileOptions, Utf8LineReader.LimitFor(options.MaxLength), cancellationToken);
        Corpus corpus = FromTexts(files.Read(), options, cancellationToken, name);
        corpus.Report.Sources = files.Descriptions;
        return corpus;
    }

    private static Corpus FromSequences(IEnumerable<LabelledSequence> sequences, SequenceFormat format, CorpusOptions? options)
    {
        options = Validate(options);
        var collector = new SequenceCollector(options.MaximumSequences, options.Seed);
        collector.KeepAll(sequences, format);
        collector.ThrowIfNothingKept();
        collector.FinishSampling();
        collector.FinishCopies(options.RemoveDuplicates);
        (SequenceBuffer training, SequenceBuffer heldOut) = collector.Split(format, options.HeldOutFraction, options.Seed);
        LabelSet? labels = LabelsOf(training);
        return new Corpus(training, heldOut, labels, collector.Report(training, heldOut, labels));
    }

    private static Corpus FromSequences(
        IEnumerable<LabelledSequence> training, IEnumerable<LabelledSequence> heldOut, SequenceFormat format)
    {
        LabelledSequence[] known = [.. training], others = [.. heldOut];
        if (known.Length == 0)
            throw new CorpusException("A corpus needs at least one training sequence; there was none.");
        var collector = new SequenceCollector();
        collector.KeepAll([.. known, .. others], format);
        collector.FinishCopies(areRemoved: false);
        var tokens = known.Select(row => (ReadOnlyMemory<int>)row.Tokens).ToHashSet(SequenceComparer.Instance);
        collector.Statistics.Overlap = others.Count(row => tokens.Contains(row.Tokens));
        SequenceBuffer trainingRows = SequenceCollector.Copy(known, format), heldOutRows = SequenceCollector.Copy(others, format);
        LabelSet? labels = LabelsOf(trainingRows);
        return new Corpus(trainingRows, heldOutRows, labels, collector.Report(trainingRows, heldOutRows, labels));
    }

    private static Corpus Finish(TextEncoding encoding, CorpusOptions options, ITokenizer tokenizer, string? source = null)
    {
        Vocabulary vocabulary = encoding.Finish(source);
        SequenceCollector sequences = encoding.Sequences;
        int limit = sequences.Limit!.Value.MaxLength, longest = Math.Min(limit, sequences.LongestLength(Vocabulary.EndId));
        int maxLength = options is { Vocabulary: not null, MaxLength: not null } ? limit : longest;
        int minimumTokenCount = options.Vocabulary is null ? options.MinimumTokenCount : 1;
        var format = new SequenceFormat(
            vocabulary.Count, maxLength + 1, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId, sequences.LabelNames.Length,
            Vocabulary.UnknownId);
        (SequenceBuffer training, SequenceBuffer heldOut) = sequences.Split(format, options.HeldOutFraction, options.Seed);
        if (options is { Vocabulary: null, DropSequencesWithUnknownTokens: false })
            ReadAsUnknown(heldOut, training);
        LabelSet? labels = LabelsOf(training, sequences.LabelNames);
        CorpusReport report = sequences.Report(
            training, heldOut, labels, sequence => encoding.Decode(sequence, vocabulary), minimumTokenCount);
        return new Corpus(training, heldOut, labels, report)
        {
            Vocabulary = vocabulary,
            Tokenizer = tokenizer,
            NormalizesText = options.NormalizeText,
            DropsUnknownTokens = options.DropSequencesWithUnknownTokens,
        };
    }

    // A model learns nothing of a token that only held-out sequences have; to it, as to any new text's, it is unknown.
    private static void ReadAsUnknown(SequenceBuffer heldOut, SequenceBuffer training)
    {
        bool[] isTrained = new bool[training.Format.VocabularySize];
        isTrained[Vocabulary.EndId] = true;
        for (int row = 0; row < training.Count; row++)
        {
            foreach (int token in training.Row(row)[..training.LengthOf(row)])
                isTrained[token] = true;
        }

        for (int row = 0; row < heldOut.Count; row++)
        {
            foreach (ref int token in heldOut.Row(row)[..heldOut.LengthOf(row)])
                token = isTrained[token] ? token : Vocabulary.UnknownId;
        }
    }

    private static CorpusOptions Validate(CorpusOptions? options)
    {
        options ??= new CorpusOptions();
        CorpusOptionsValidator.ThrowIfInvalid(options);
        return options;
    }

    private static T NotNull<T>(T? item, string parameterName) =>
        item ?? throw new ArgumentException($"One of the {parameterName} is null.", parameterName);

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
            throw new CorpusException($"The format has {format.LabelCount} labels, and lists of tokens have none; give labelled batches.");
        int index = 0;
        foreach (IReadOnlyList<int> sequence in sequences)
        {
            if (sequence is null)
                throw new CorpusException($"{name} {index} is null.");
            int[] tokens = CheckTokens(sequence as int[] ?? [.. sequence], format, $"{name} {index}");
            yield return new LabelledSequence(tokens, LabelledSequence.NoLabel, index++);
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
            CheckTokens(sequences[row], format, $"{name} {row}"), sequences.LabelOf(row), row));
    }

    /// <summary>The sequence without its padding.</summary>
    private static int[] CheckTokens(ReadOnlySpan<int> tokens, SequenceFormat format, string name)
    {
        int length = format.LengthOf(tokens), maximum = format.MaxLength;
        ReadOnlySpan<int> sequence = tokens[..length], rest = tokens[length..];
        if (sequence.IndexOfAnyExceptInRange(0, format.VocabularySize - 1) is var outside and >= 0)
            throw Invalid($", position {outside}: the token {sequence[outside]} is outside the vocabulary, [0, {format.VocabularySize})");
        if (format.PaddingToken is { } pad && sequence.IndexOf(pad) is var padding and >= 0)
            throw Invalid($", position {padding}: {pad} is the padding token, which may only follow an end token "
                + $"({(format.EndToken is { } token ? $"{token}" : "none in this format")})");
        if (format.EndToken is null && length != maximum)
            throw Invalid($" has {length} tokens; without an end token in the format each has exactly {maximum}");
        if (length > maximum)
            throw Invalid($" has {length} tokens, more than the format's maximum length of {maximum}; shorten it or raise the maximum");
        if (format.EndToken is { } end && length < format.MaxLengthWithoutEnd && !sequence.EndsWith([end]))
            throw Invalid($" has {length} tokens and no end token ({end}); only one of at least {maximum - 1}, the limit, may lack it");
        if (rest.IndexOfAnyExcept(format.PaddingToken ?? 0) is var after and >= 0)
            throw Invalid($", position {length + after}: the token {rest[after]} follows the end token; "
                + $"only the padding token ({format.PaddingToken}) may");
        return sequence.ToArray();

        CorpusException Invalid(string problem) => new($"{name}{problem}.");
    }
}
