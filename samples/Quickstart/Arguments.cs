namespace Quickstart;

/// <summary>What the user asked for.</summary>
internal sealed record Arguments(string? Input = null, string? Save = null, bool Smoke = false, bool Json = false, bool Help = false)
{
    public const string Usage = """
        Learns names from the .NET base library, or lines from a file, and generates new ones.

          --input FILE   learn from the lines of a UTF-8 file
          --save FILE    write the trained model, for samples/NativeSampler
          --smoke        a short training of less than a minute
          --json         print the result as one JSON object on the last line
          --help         this text
        """;

    /// <exception cref="FormatException">An argument is wrong; the message says which and why.</exception>
    public static Arguments Parse(string[] arguments)
    {
        var parsed = new Arguments();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            parsed = name switch
            {
                "--input" => parsed with { Input = Value() },
                "--save" => parsed with { Save = Value() },
                "--smoke" => parsed with { Smoke = true },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                _ => throw new FormatException($"There is no option {name}; --help lists the options."),
            };

            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{name} needs a value.");
        }

        return parsed;
    }
}
