using SeqGan;

namespace Quickstart;

/// <summary>The sequences to learn from.</summary>
internal static class Data
{
    // The time goes by steps, so that more sequences would only be seen less often.
    private const int MaxSequences = 20_000;

    /// <summary>Reads the file or the base library's names.</summary>
    /// <param name="commandLine">Says which.</param>
    /// <param name="known">Every sequence that was read, also those that did not fit into the corpus.</param>
    public static Corpus Read(CommandLine commandLine, out IReadOnlySet<string> known)
    {
        var options = new CorpusOptions
        {
            Tokenizer = commandLine.Words ? new WhitespaceTokenizer() : new CharacterTokenizer(),
            MaxLength = commandLine.MaxLength + 1,
            Seed = commandLine.Seed,
        };
        Corpus corpus = commandLine.Input is { } path
            ? Corpus.FromFile(path, options)
            : Corpus.FromLines(BaseLibraryNames.Read(commandLine.MaxLength), options);
        string[] lines = [.. corpus.Decode(corpus.Training), .. corpus.Decode(corpus.HeldOut)];
        known = lines.ToHashSet();
        Console.WriteLine(corpus.Report);
        if (lines.Length <= MaxSequences)
            return corpus;

        Console.WriteLine($"Learning from {MaxSequences} of them, chosen by the seed.");
        int[] order = new RandomKey(commandLine.Seed, RandomPurpose.User).NextPermutation(lines.Length);
        return Corpus.FromLines(order.Take(MaxSequences).Select(index => lines[index]), options);
    }
}
