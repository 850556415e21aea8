using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SeqGan.Benchmarks;

/// <summary>
/// The compiled path under a regular expression, beside the same path without: tokens a second, in turns, for a large vocabulary and for
/// one of characters.
/// </summary>
internal static class SteeringConstraints
{
    private const int Checked = 100_000, Turns = 7;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz", Digits = "0123456789";

    public static void Measure(Dictionary<string, double> result)
    {
        string[] words = [.. Texts(3).Take(4997)];
        double fraction = 1, slowest = double.PositiveInfinity;
        foreach ((string name, string[] tokens, int hidden, int count, string pattern) in (
            IEnumerable<(string, string[], int, int, string)>)
            [
                ("words", words, 32, 4000, "([a-z]+[0-9]{1,5})+[a-z]{3}"),
                ("characters", [.. Texts(1), "-", "_"], 128, 8000, "[a-f]{2}-([a-z][0-9])*_[a-z]+"),
            ])
        {
            var vocabulary = new Vocabulary(tokens);
            var format = new SequenceFormat(vocabulary.Count, 20, Vocabulary.PaddingId, Vocabulary.EndId, Vocabulary.PaddingId);
            using var generator = new RecurrentGenerator(
                format, new GeneratorOptions
                {
                    EmbeddingSize = 32,
                    HiddenSize = hidden,
                    Initialization = WeightInitialization.Normal,
                    InitialDeviation = 1,
                }, seed: 3);
            var sampler = new SequenceSampler(generator.Compile(vocabulary, Tokenizer.Characters));
            var constrained = new SamplingOptions {
                Constraint = TokenConstraint.MatchingText(pattern, format, vocabulary, Tokenizer.Characters) };
            fraction = Math.Min(fraction, MatchingFraction(sampler, constrained, pattern));
            (double with, double without) = Compare(sampler, constrained, count);
            slowest = Math.Min(slowest, with / without);
            result[$"{name}_tokens_per_second_constrained"] = Math.Round(with);
            result[$"{name}_tokens_per_second"] = Math.Round(without);
            result[$"{name}_speed_ratio"] = Math.Round(with / without, 3);
        }

        result["constrained_fraction"] = fraction;
        result["constrained_speed_ratio"] = Math.Round(slowest, 3);
    }

    private static double MatchingFraction(SequenceSampler sampler, SamplingOptions options, string pattern)
    {
        var regex = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return sampler.Generate(Checked, options).Count(text => regex.IsMatch(text)) / (double)Checked;
    }

    private static (double With, double Without) Compare(SequenceSampler sampler, SamplingOptions constrained, int count)
    {
        var with = new List<double>();
        var without = new List<double>();
        for (int turn = -1; turn < Turns; turn++)
        {
            double first = TokensPerSecond(sampler, constrained, count, turn),
            second = TokensPerSecond(sampler, new SamplingOptions(), count, turn);
            if (turn < 0)
                continue;
            with.Add(first);
            without.Add(second);
        }

        return (with.Order().ElementAt(Turns / 2), without.Order().ElementAt(Turns / 2));
    }

    private static double TokensPerSecond(SequenceSampler sampler, SamplingOptions options, int count, int turn)
    {
        long start = Stopwatch.GetTimestamp();
        SequenceBuffer made = sampler.Sample(count, options with { Seed = (ulong)(turn + 2) });
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return made.AsBatch().TokenCount / seconds;
    }

    /// <summary>All texts of some letters or digits, the short ones first.</summary>
    private static IEnumerable<string> Texts(int length) => length == 0
        ? [""]
        : Texts(length - 1).Where(text => text.Length > 0).Concat(
            from text in Texts(length - 1) where text.Length == length - 1 from character in Letters + Digits select text + character);
}
