using System.Diagnostics;
using System.Text.Json;

namespace SeqGan.Tests;

/// <summary>Nltk/sentence_bleu.py made the sentences and the values of expected.json.</summary>
public class NltkBleuTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void Scores_CommittedFixture_AreNltks() => Compare(File.ReadAllText(Path.Combine(Folder(), "expected.json")));

    [Fact]
    public void Scores_ScriptRunNow_AreNltks()
    {
        Assert.SkipUnless(File.Exists(Python) && Run("-c", "import nltk").ExitCode == 0,
            $"{Python} with nltk (Debian's python3-nltk) is not here.");

        (int exitCode, string output, string errors) = Run(Path.Combine(Folder(), "sentence_bleu.py"));

        Assert.True(exitCode == 0, errors);
        Compare(output);
    }

    private static void Compare(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement[] cases = [.. document.RootElement.GetProperty("cases").EnumerateArray()];
        Assert.NotEmpty(cases);
        foreach (JsonElement one in cases)
        {
            int[][] sentences = one.GetProperty("references").Deserialize<int[][]>()!,
            hypotheses = one.GetProperty("hypotheses").Deserialize<int[][]>()!;
            var references = new BleuReferences(TokenInterner.FromIds(sentences));
            foreach ((string name, bool smoothing) in new[] { ("None", false), ("Epsilon", true) })
            {
                double[][] bleu = one.GetProperty("bleu").GetProperty(name).Deserialize<double[][]>()!;
                for (int i = 0; i < bleu.Length; i++)
                    AssertEqual(bleu[i], references.Score(hypotheses[i], smoothing));
                AssertMean(bleu, references.Mean(TokenInterner.FromIds(hypotheses), smoothing));
                double[][] self = one.GetProperty("self_bleu").GetProperty(name).Deserialize<double[][]>()!;
                if (self.Length > 0)
                    AssertMean(self, references.SelfMean(smoothing));
            }
        }
    }

    private static void AssertMean(double[][] expected, IReadOnlyDictionary<int, double> actual) =>
        AssertEqual([.. Enumerable.Range(0, 5).Select(order => expected.Average(scores => scores[order]))], actual);

    private static void AssertEqual(double[] expected, IReadOnlyDictionary<int, double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int order = 1; order <= expected.Length; order++)
            Assert.Equal(expected[order - 1], actual[order], 1e-6);
    }

    private static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Evaluation", "Nltk");
}
