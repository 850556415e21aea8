namespace SeqGan.Tool;

/// <summary>Puts what the library says into the words of the command line: options for properties.</summary>
internal static class Wording
{
    private static readonly (string Library, string Tool)[] s_words =
    [
        ($"{nameof(JsonLinesOptions)}.{nameof(JsonLinesOptions.SkipInvalid)}", "--skip-invalid"),
        ($"{nameof(DelimitedFileOptions)}.{nameof(DelimitedFileOptions.SkipInvalid)}", "--skip-invalid"),
        ($"{nameof(SeqGanOptions.Generator)}.{nameof(GeneratorOptions.HiddenSize)}", "--hidden-size"),
        ($"{nameof(SeqGanOptions.Training)}.{nameof(TrainingOptions.GeneratorPretrainingEpochs)}", "--epochs"),
        ($"{nameof(SeqGanOptions.Training)}.{nameof(TrainingOptions.AdversarialRounds)}", "--rounds"),
        ($"{nameof(SeqGanOptions.Seed)} was", "--seed was"),
        ("the corpus's TrainingSequences was", "what FILE has to train on was"),
        ("the corpus's HeldOutSequences was", "what FILE has to measure with was"),
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
