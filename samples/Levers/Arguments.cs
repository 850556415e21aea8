using System.Globalization;

namespace Levers;

/// <summary>The command line.</summary>
internal sealed record Arguments(string? Input, string Tokens, int Epochs, bool Smoke, bool Json, bool Help, ulong Seed, int Runs)
{
    public const string Usage = """
        What each lever of the generator is worth: the likelihood of held-out sequences after maximum likelihood, with one lever more each
        time, then with other networks and sizes.

          --input FILE   what to learn from, such as one sequence a line (default: the public names of the .NET base library)
          --tokens KIND  how a line is cut: chars, words, whitespace, regex:PATTERN, ... (default: chars)
          --epochs N     of each training (default: 16)
          --seed N       the first seed (default: 1)
          --runs N       how many seeds, counting up (default: 1)
          --smoke        a short training that shows the way, not the result
          --json         the last line is one JSON object
          --help         this text
        """;

    /// <exception cref="FormatException">An argument is wrong; the message says which and why.</exception>
    public static Arguments Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(null, "chars", 16, false, false, false, 1, 1);
        for (int i = 0; i < arguments.Count; i++)
        {
            parsed = arguments[i] switch
            {
                "--input" => parsed with { Input = Text() },
                "--tokens" => parsed with { Tokens = Text() },
                "--epochs" => parsed with { Epochs = Number(1, 1000) },
                "--smoke" => parsed with { Smoke = true },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                "--seed" => parsed with { Seed = (ulong)Number(0, int.MaxValue) },
                "--runs" => parsed with { Runs = Number(1, 100) },
                var unknown => throw new FormatException($"There is no option {unknown}; --help lists those that there are."),
            };

            string Text() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{arguments[i - 1]} needs a value.");

            int Number(int minimum, int maximum) =>
                int.TryParse(Text(), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                && value >= minimum && value <= maximum
                    ? value
                    : throw new FormatException($"{arguments[i - 1]} needs a whole number from {minimum} to {maximum}.");
        }

        return parsed;
    }
}
