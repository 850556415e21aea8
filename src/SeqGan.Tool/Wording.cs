namespace SeqGan.Tool;

/// <summary>Puts what the library says into the words of the command line: options for properties.</summary>
internal static class Wording
{
    /// <summary>What the library calls the option of a sequence's greatest length.</summary>
    public const string LongestSequence = $"{nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)}";

    private static readonly (string Library, string Tool)[] s_words =
    [
        ($"{nameof(JsonLinesOptions)}.{nameof(JsonLinesOptions.SkipInvalid)}", "--skip-invalid"),
        ($"{nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.SkipInvalid)}", "--skip-invalid"),
        ($"{nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.Delimiter)}", "--delimiter"),
        ("Is the delimiter right?", "Is the delimiter right (--delimiter)?"),
        (LongestSequence, "--max-length"),
        ($"{nameof(CorpusOptions)}.{nameof(CorpusOptions.MinimumTokenCount)}", "--min-count"),
        // Equal sequences are always left out, and the size of batches follows the file's.
        ($", or keep {nameof(CorpusOptions)}.{nameof(CorpusOptions.RemoveDuplicates)} on.", "; it is trained on once."),
        (", or lower the batch size below 64.", "."),
        ("look at the examples in the report, and change the options or the file", "change the options or the file"),
        ($" Weights alone are read by {nameof(CompiledPolicy)}.{nameof(CompiledPolicy.FromWeights)}, which is told the format.", ""),
        ("Upgrade SeqGan.Inference.", "Upgrade this tool."),
        ($"{nameof(SeqGanOptions.Generator)}.{nameof(GeneratorOptions.HiddenSize)}", "--hidden-size"),
        ($"{nameof(SeqGanOptions.Training)}.{nameof(TrainingOptions.GeneratorPretrainingEpochs)}", "--epochs"),
        ($"{nameof(SeqGanOptions.Training)}.{nameof(TrainingOptions.AdversarialRounds)}", "--rounds"),
        ($"{nameof(SeqGanOptions.Seed)} was", "--seed was"),
        ("the corpus's TrainingSequences was", "what FILE has to train on was"),
        ("the corpus's HeldOutSequences was", "what FILE has to measure with was"),
        ("the corpus's Labels was", "the labels of FILE (--label) were"),
        ("the corpus's Vocabulary was", "the vocabulary of FILE was"),
        ("the corpus's Format was", "the format by FILE and --max-length was"),
        ("the corpus's Tokenizer was", "--tokens was"),
        ("begin anew in another folder", "begin anew in another folder (--checkpoints)"),
    ];

    public static string Of(string message)
    {
        foreach ((string library, string tool) in s_words)
            message = message.Replace(library, tool, StringComparison.Ordinal);
        return message;
    }
}
