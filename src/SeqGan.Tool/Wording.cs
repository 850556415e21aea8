namespace SeqGan.Tool;

/// <summary>Translates the library's messages to the command line: options for properties.</summary>
internal static class Wording
{
    /// <summary>The library's name of the option for the greatest length.</summary>
    public const string LongestSequence = $"{nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)}";

    private const string Files = nameof(CorpusFileOptions);

    private static readonly (string Library, string Tool)[] s_words =
    [
        ($"{Files}.{nameof(CorpusFileOptions.SkipInvalid)}", "--skip-invalid"),
        ($"set {Files}.{nameof(CorpusFileOptions.Format)} to {nameof(FileFormat.Lines)}", "use --format lines"),
        ($"set {Files}.{nameof(CorpusFileOptions.Format)}", "use --format"),
        ($"{Files}.{nameof(CorpusFileOptions.Format)}", "--format"),
        ($"{Files}.{nameof(CorpusFileOptions.Columns)}", "--column"),
        ($"{Files}.{nameof(CorpusFileOptions.GroupBy)}", "--group-by"),
        ($"{Files}.{nameof(CorpusFileOptions.OrderBy)}", "--order-by"),
        ($"but {nameof(CorpusFileOptions.GroupBy)} is not given", "but --group-by is not given"),
        ($"{Files}.{nameof(CorpusFileOptions.Delimiter)}", "--delimiter"),
        ($"{Files}.{nameof(CorpusFileOptions.HasHeader)} is false", "--no-header is given"),
        ($"{Files}.{nameof(CorpusFileOptions.Quote)} to null", "--no-quotes"),
        ($"{Files}.{nameof(CorpusFileOptions.Quote)}", "--no-quotes"),
        ("SequenceSampler.Sample gives token ids", "generate --json gives the tokens"),
        ("Is the delimiter right?", "Is the delimiter right (--delimiter)?"),
        (LongestSequence, "--max-length"),
        ($"{nameof(CorpusOptions)}.{nameof(CorpusOptions.MinimumTokenCount)}", "--min-count"),
        ($"set {nameof(CorpusOptions)}.{nameof(CorpusOptions.RemoveDuplicates)}", "use --remove-duplicates"),
        ($"set {nameof(CorpusOptions)}.{nameof(CorpusOptions.NormalizeText)}", "omit --no-normalization"),
        // The batch size follows from the file's size.
        (", or lower the batch size below 64.", "."),
        ("look at the examples in the report, and change the options or the file", "change the options or the file"),
        ($" Weights alone are read by {nameof(CompiledPolicy)}.{nameof(CompiledPolicy.FromWeights)}, which is told the format.", ""),
        ("Upgrade SeqGan.Inference.", "Upgrade this tool."),
        ($"{nameof(SeqGanOptions.Generator)}.{nameof(GeneratorOptions.HiddenSize)}", "--hidden-size"),
        ($"{nameof(SeqGanOptions.Generator)}.{nameof(GeneratorOptions.Network)}", "--network"),
        ($"{nameof(PlanOptions)}.{nameof(PlanOptions.Budget)}", "--minutes"),
        ($"{nameof(PlanOptions)}.{nameof(PlanOptions.HiddenSize)}", "--hidden-size"),
        ($"{nameof(PlanOptions)}.{nameof(PlanOptions.Epochs)}", "--epochs"),
        ($"{nameof(SeqGanOptions.Training)}.{nameof(TrainingOptions.GeneratorPretrainingEpochs)}", "--epochs"),
        ($"{nameof(SeqGanOptions.Training)}.{nameof(TrainingOptions.AdversarialRounds)}", "--rounds"),
        ($"{nameof(SeqGanOptions.Seed)} was", "--seed was"),
        ("the corpus's TrainingSequences was", "what FILE has to train on was"),
        ("the corpus's HeldOutSequences was", "what FILE has to measure with was"),
        ("the corpus's Labels was", "the labels of FILE (--label) were"),
        ("the corpus's Vocabulary was", "the vocabulary of FILE was"),
        ("the corpus's Format was", "the format by FILE and --max-length was"),
        ("the corpus's Tokenizer was", "--tokens was"),
        ("start fresh in another folder", "start fresh in another folder (--checkpoints)"),
    ];

    public static string Count(int count, string unit) => count == 1 ? $"1 {unit}" : $"{count} {unit}s";

    public static string Of(string message)
    {
        foreach ((string library, string tool) in s_words)
            message = message.Replace(library, tool, StringComparison.Ordinal);
        return message;
    }
}
