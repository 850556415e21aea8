using System.Globalization;

namespace Molecules;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Learns molecules, written as SMILES, and generates new ones: only what the grammar allows, rewarded for being valid and new.

          --input FILE      learn from a .smi file: a molecule a line, what follows the first blank is its name
                            (default: hydrocarbons, alcohols and acids that the program builds)
          --max-length N    the most tokens of a molecule; longer ones are left out (default 40)
          --count N         how many new molecules to print (default 20)
          --seed N          the seed of every random number (default 1)
          --smoke           a short training: under a minute
          --json            the last line of the output is one JSON object
          --help            this text
        """;

    public string? Input { get; private init; }

    public int MaxLength { get; private init; } = 40;

    public int Count { get; private init; } = 20;

    public ulong Seed { get; private init; } = 1;

    public bool Smoke { get; private init; }

    public bool Json { get; private init; }

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
                "--input" => parsed with { Input = Value() },
                "--max-length" => parsed with { MaxLength = (int)Number(4, 1000) },
                "--count" => parsed with { Count = (int)Number(1, 10_000) },
                "--seed" => parsed with { Seed = Number(0, ulong.MaxValue) },
                "--smoke" => parsed with { Smoke = true },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                _ => throw new FormatException($"There is no option {name}; --help lists those that there are."),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");

            ulong Number(ulong minimum, ulong maximum) =>
                ulong.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= minimum
                    && value <= maximum
                    ? value
                    : throw new FormatException($"{name} is {arguments[i]}; it must be a whole number from {minimum} to {maximum}.");
        }

        return parsed;
    }
}
