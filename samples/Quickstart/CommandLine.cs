using System.Globalization;

namespace Quickstart;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Learns names from the .NET base library, or lines from a file, and generates new ones.

          --smoke           a short training: under a minute
          --input FILE      learn from the lines of a UTF-8 file
          --words           with --input: tokens are words, not characters
          --max-length N    the most tokens of a line; longer ones are left out (default 24)
          --count N         how many new lines to print (default 20)
          --temperature T   below 1 generates likelier lines, above 1 wilder ones (default 0.8)
          --seed N          the seed of every random number (default 1)
          --save FILE       write the trained model, for samples/NativeSampler
          --json            plain output, with the result as one JSON object on the last line
          --help            this text
        """;

    public bool Smoke { get; private init; }

    public string? Input { get; private init; }

    public bool Words { get; private init; }

    public int MaxLength { get; private init; } = 24;

    public int Count { get; private init; } = 20;

    public string? Save { get; private init; }

    public double Temperature { get; private init; } = 0.8;

    public ulong Seed { get; private init; } = 1;

    public bool Json { get; private init; }

    /// <summary>Whether to leave out what only a terminal understands.</summary>
    public bool IsPlain => Json || Console.IsOutputRedirected;

    public bool Help { get; private init; }

    /// <exception cref="FormatException">An argument is wrong; the message says which and why.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new CommandLine();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            parsed = name switch
            {
                "--smoke" => parsed with { Smoke = true },
                "--input" => parsed with { Input = Value() },
                "--words" => parsed with { Words = true },
                "--max-length" => parsed with { MaxLength = Integer(1, 1000) },
                "--count" => parsed with { Count = Integer(1, 10_000) },
                "--temperature" => parsed with { Temperature = Temperature() },
                "--save" => parsed with { Save = Value() },
                "--seed" => parsed with { Seed = Seed() },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                _ => throw new FormatException($"There is no option {name}; --help lists those that there are."),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");

            int Integer(int minimum, int maximum) =>
                int.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
                    ? value
                    : throw new FormatException($"{name} is {arguments[i]}; it must be a whole number from {minimum} to {maximum}.");

            ulong Seed() => ulong.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
                ? value
                : throw new FormatException($"{name} is {arguments[i]}; it must be a whole number, at least 0.");

            double Temperature() =>
                double.TryParse(Value(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0.01 and <= 100
                    ? value
                    : throw new FormatException($"{name} is {arguments[i]}; it must be a number from 0.01 to 100.");
        }

        return parsed.Words && parsed.Input is null ? throw new FormatException("--words needs --input.") : parsed;
    }
}
