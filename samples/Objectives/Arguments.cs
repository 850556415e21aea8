using System.Globalization;

namespace Objectives;

/// <summary>The command line.</summary>
internal sealed record Arguments(bool Smoke, bool Json, bool Help, ulong Seed, int Runs)
{
    public const string Usage = """
        Steers a generator to a property that a fifth of its corpus has: a predicate as a reward beside the discriminator.

          --smoke     a short training that shows the way, not the result
          --seed N    the first seed (default 1)
          --runs N    how many seeds, counting up (default 1)
          --json      the last line is one JSON object
          --help      this text
        """;

    /// <exception cref="FormatException">An argument is wrong; the message says which and why.</exception>
    public static Arguments Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new Arguments(false, false, false, 1, 1);
        for (int i = 0; i < arguments.Count; i++)
        {
            parsed = arguments[i] switch
            {
                "--smoke" => parsed with { Smoke = true },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                "--seed" => parsed with { Seed = (ulong)Number(0, int.MaxValue) },
                "--runs" => parsed with { Runs = Number(1, 100) },
                var unknown => throw new FormatException($"There is no option {unknown}; --help lists those that there are."),
            };

            int Number(int minimum, int maximum) =>
                ++i < arguments.Count && int.TryParse(arguments[i], NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                && value >= minimum && value <= maximum
                    ? value
                    : throw new FormatException(
                        $"{arguments[Math.Min(i, arguments.Count) - 1]} needs a whole number from {minimum} to {maximum}.");
        }

        return parsed;
    }
}
