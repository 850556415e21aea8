using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SeqGan.Benchmarks;

/// <summary>
/// Times BLEU and self-BLEU of 10,000 sentences against 10,000, and where Python has NLTK, a sentence's BLEU against its
/// <c>sentence_bleu</c> with the same references, in the same run.
/// </summary>
internal static class Metrics
{
    private const int Sentences = 10_000, Length = 20, Vocabulary = 5_000, HighestOrder = 5, NltkSentences = 5;
    private const string Python = "/usr/bin/python3";

    public static async Task<int> RunAsync(string[] options)
    {
        if (options.Except(["--json"]).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"metrics does not know '{unknown}'; it knows --json.");
            return 2;
        }

        TokenSequences references = Draw(1), hypotheses = Draw(2);
        BleuScores warm = new BleuReferences(references, HighestOrder).Mean(hypotheses);
        (BleuScores bleu, double bleuSeconds) = Time(() => new BleuReferences(references, HighestOrder).Mean(hypotheses));
        (BleuScores self, double selfSeconds) = Time(() => new BleuReferences(hypotheses, HighestOrder).Self());
        var result = new Dictionary<string, object?>
        {
            ["sentences"] = Sentences,
            ["references"] = Sentences,
            ["highest_order"] = HighestOrder,
            ["bleu"] = bleu.ToDictionary(),
            ["self_bleu"] = self.ToDictionary(),
            ["bleu_seconds"] = Math.Round(bleuSeconds, 3),
            ["self_bleu_seconds"] = Math.Round(selfSeconds, 3),
            ["bleu_sentences_per_second"] = Math.Round(Sentences / bleuSeconds),
        };
        Console.WriteLine(Invariant($"BLEU-1 to BLEU-{HighestOrder} of {Sentences} sentences of {Length} tokens against {Sentences} references: {bleuSeconds:0.00} s, counting the references included."));
        Console.WriteLine(Invariant($"Self-BLEU of {Sentences} sentences: {selfSeconds:0.00} s."));
        if (bleu[HighestOrder] != warm[HighestOrder])
            throw new InvalidOperationException("Two runs gave different scores.");
        await CompareWithNltkAsync(references, hypotheses, bleuSeconds / Sentences, result);
        if (options.Contains("--json"))
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    private static async Task CompareWithNltkAsync(TokenSequences references, TokenSequences hypotheses, double secondsPerSentence, Dictionary<string, object?> result)
    {
        if (!File.Exists(Python) || (await RunPythonAsync("-c", "import nltk")).ExitCode != 0)
        {
            Console.WriteLine($"No comparison with NLTK: {Python} does not import it (Debian's package is python3-nltk).");
            return;
        }

        string folder = Directory.CreateTempSubdirectory("seqgan-").FullName;
        try
        {
            (string referenceFile, string hypothesisFile) = (Path.Combine(folder, "references"), Path.Combine(folder, "hypotheses"));
            await File.WriteAllLinesAsync(referenceFile, Lines(references, references.Count));
            await File.WriteAllLinesAsync(hypothesisFile, Lines(hypotheses, NltkSentences));
            string script = Path.Combine(AppContext.BaseDirectory, "metrics_nltk.py");
            (int exitCode, string output) = await RunPythonAsync(script, referenceFile, hypothesisFile, HighestOrder.ToString(CultureInfo.InvariantCulture));
            if (exitCode != 0)
                throw new InvalidOperationException($"{script} failed.");
            using JsonDocument nltk = JsonDocument.Parse(output);
            double perSentence = nltk.RootElement.GetProperty("seconds").GetDouble() / NltkSentences;
            result["nltk_seconds_per_sentence"] = perSentence;
            result["nltk_ratio"] = Math.Round(perSentence / secondsPerSentence);
            result["nltk_largest_difference"] = LargestDifference(nltk.RootElement.GetProperty("scores"), new BleuReferences(references, HighestOrder), hypotheses);
            Console.WriteLine(Invariant($"NLTK's sentence_bleu, BLEU-{HighestOrder} alone: {perSentence:0.00} s a sentence, {perSentence / secondsPerSentence:0} times ours of all orders; the largest difference of a score is {result["nltk_largest_difference"]:0.0e+0}."));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double LargestDifference(JsonElement scores, BleuReferences references, TokenSequences hypotheses)
    {
        double largest = 0;
        for (int sentence = 0; sentence < NltkSentences; sentence++)
        {
            BleuScores ours = references.Score(hypotheses[sentence]);
            for (int order = 1; order <= HighestOrder; order++)
                largest = Math.Max(largest, Math.Abs(ours[order] - scores[sentence][order - 1].GetDouble()));
        }

        return largest;
    }

    /// <summary>Sentences of a source in which each word prefers a few successors, and frequent words are far more frequent than others.</summary>
    private static TokenSequences Draw(uint stream)
    {
        const int Successors = 20;
        var source = new RandomKey(1, RandomPurpose.Sampling);
        var key = new RandomKey(1, RandomPurpose.Sampling, stream);
        int[][] sentences = new int[Sentences][];
        for (int row = 0; row < Sentences; row++)
        {
            sentences[row] = new int[Length];
            for (int position = 0; position < Length; position++)
            {
                int choice = (int)(key.NextUniform(row, 0, position) * Successors);
                sentences[row][position] = position == 0
                    ? Zipf(key.NextUniform(row, 1, position))
                    : Zipf(source.NextUniform(sentences[row][position - 1], 2, choice));
            }
        }

        return TokenSequences.Of(sentences);
    }

    // Of a uniform number: the density of word w is about 1 / w.
    private static int Zipf(double uniform) => Math.Min(Vocabulary - 1, (int)Math.Pow(Vocabulary, uniform) - 1);

    private static IEnumerable<string> Lines(TokenSequences sequences, int count) =>
        Enumerable.Range(0, count).Select(row => string.Join(' ', sequences[row].ToArray()));

    private static (T Result, double Seconds) Time<T>(Func<T> measure)
    {
        var clock = Stopwatch.StartNew();
        T result = measure();
        return (result, clock.Elapsed.TotalSeconds);
    }

    private static async Task<(int ExitCode, string Output)> RunPythonAsync(params string[] arguments)
    {
        using Process python = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = python.StandardError.ReadToEndAsync();
        string output = await python.StandardOutput.ReadToEndAsync();
        await error;
        await python.WaitForExitAsync();
        return (python.ExitCode, output);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
