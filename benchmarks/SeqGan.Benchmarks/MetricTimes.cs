using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace SeqGan.Benchmarks;

/// <summary>How long BLEU and self-BLEU of all orders to 5 take, beside NLTK's sentence_bleu on a few of the same sentences.</summary>
internal static class MetricTimes
{
    private const string Python = "/usr/bin/python3";
    private const int Sentences = 10_000, Length = 20, Vocabulary = 5_000, Order = 5, Sample = 10, Turns = 5;

    public static int Run(string[] options)
    {
        if (options is not ([] or ["--json"]))
        {
            Console.Error.WriteLine("metrics knows --json, and nothing else.");
            return 2;
        }

        TokenBatch references = Generate(1), hypotheses = Generate(2);
        Measure(references[..1000], hypotheses[..1000], 0);
        (double bleu, double self) = Measure(references, hypotheses, 0);
        (double bleuAlone, double selfAlone) = Measure(references, hypotheses, 1);
        var result = new Dictionary<string, double>
        {
            ["bleu_seconds"] = Math.Round(bleu, 3),
            ["self_bleu_seconds"] = Math.Round(self, 3),
            ["bleu_sentences_per_second"] = Math.Round(Sentences / bleu),
            ["self_bleu_sentences_per_second"] = Math.Round(Sentences / self),
            ["bleu_seconds_one_thread"] = Math.Round(bleuAlone, 3),
            ["self_bleu_seconds_one_thread"] = Math.Round(selfAlone, 3),
            ["threads"] = Environment.ProcessorCount,
        };
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{Sentences} against {Sentences} sentences of {Length} tokens, vocabulary {Vocabulary}, all orders to {Order}, counting "
                    + $"included:"));
        Print("BLEU", bleu, bleuAlone);
        Print("self-BLEU", self, selfAlone);
        CompareWithNltk(references, hypotheses, bleu, bleuAlone, result);
        if (options.Length == 1)
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    private static void Print(string name, double seconds, double alone) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-12}{seconds,8:0.000} s{Sentences / seconds,12:0} sentences/s with {Environment.ProcessorCount} threads{alone,8:0.000} s "
            + $"with 1"));

    /// <summary>The medians of some turns.</summary>
    private static (double Bleu, double SelfBleu) Measure(TokenBatch references, TokenBatch hypotheses, int threads)
    {
        (double Bleu, double SelfBleu)[] turns = [.. Enumerable.Range(0, Turns).Select(_ => MeasureOnce(references, hypotheses, threads))];
        return (turns.Select(turn => turn.Bleu).Order().ElementAt(Turns / 2),
            turns.Select(turn => turn.SelfBleu).Order().ElementAt(Turns / 2));
    }

    private static (double Bleu, double SelfBleu) MeasureOnce(TokenBatch references, TokenBatch hypotheses, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        new BleuReferences(references, maxOrder: Order).Mean(hypotheses, maxThreads: threads);
        double bleu = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        new BleuReferences(hypotheses, maxOrder: Order).SelfMean(maxThreads: threads);
        return (bleu, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static void CompareWithNltk(
        TokenBatch references, TokenBatch hypotheses, double bleu, double bleuAlone, Dictionary<string, double> result)
    {
        if (!File.Exists(Python) || RunPython("-c", "import nltk").ExitCode != 0)
        {
            Console.WriteLine($"{Python} has no nltk (Debian's python3-nltk): nothing to compare with.");
            return;
        }

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                path, JsonSerializer.Serialize(new { references = Rows(references), hypotheses = Rows(hypotheses[..Sample]) }));
            (int exitCode, string output) = RunPython(Path.Combine(AppContext.BaseDirectory, "sentence_bleu.py"), path);
            if (exitCode != 0)
                throw new InvalidOperationException($"sentence_bleu.py ended with {exitCode}.");
            using JsonDocument nltk = JsonDocument.Parse(output);
            double seconds = nltk.RootElement.GetProperty("seconds").GetDouble();
            double[][] scores = nltk.RootElement.GetProperty("scores").Deserialize<double[][]>()!;
            var index = new BleuReferences(references, maxOrder: Order);
            double difference = scores.Index()
                .Max(row => index.Score(hypotheses[row.Index]).Max(score => Math.Abs(score.Value - row.Item[score.Key - 1])));
            result["nltk_seconds_per_sentence"] = Math.Round(seconds, 4);
            result["times_faster_than_nltk"] = Math.Round(seconds / (bleu / Sentences));
            result["times_faster_than_nltk_one_thread"] = Math.Round(seconds / (bleuAlone / Sentences));
            result["largest_difference"] = difference;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"NLTK's sentence_bleu took {seconds:0.000} s a sentence ({Sample} timed): {seconds * Sentences / bleu:0} times as long, "
                    + $"{seconds * Sentences / bleuAlone:0} times with 1 thread; the largest difference is {difference:0.0e0}."));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (int ExitCode, string Output) RunPython(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static int[][] Rows(TokenBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => batch[row].ToArray())];

    /// <summary>Tokens with Zipf's frequencies, half of them among a few that often follow the token before.</summary>
    private static TokenBatch Generate(int seed)
    {
        var random = new Random(seed);
        int[] tokens = new int[Sentences * Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            int common = (int)Math.Pow(Vocabulary, random.NextDouble()) - 1;
            bool follows = i % Length > 0 && random.Next(2) == 0;
            tokens[i] = follows ? ((tokens[i - 1] * 31) + (common % 8)) % Vocabulary : common;
        }

        return new TokenBatch(tokens, Sentences, Length);
    }
}
