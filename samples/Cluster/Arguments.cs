using System.Globalization;

namespace Cluster;

/// <summary>What the user asked for.</summary>
internal sealed record Arguments(
    int Workers = 2, string? Redis = null, string? Worker = null, bool Smoke = false, bool Json = false, bool Help = false)
{
    public const string Usage = """
        Spreads the rewards of a training over worker processes, kills one of them, starts another, and compares with one process.

          --workers N      how many worker processes to start on this machine, from 1 to 64 (default: 2)
          --redis HOST     find each other through a Redis server, HOST or HOST:PORT, also on other machines: start workers there with
                           --worker --redis HOST
          --worker         be a worker, until standard input ends
          --smoke          a short comparison, of less than two minutes
          --json           the last line of the output is one JSON object
          --help           this text
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
                "--workers" => parsed with { Workers = Number(Value()) },
                "--redis" => parsed with { Redis = Value() },
                // Ports, if this program started it.
                "--worker" => parsed with { Worker = i + 1 < arguments.Length && arguments[i + 1][0] != '-' ? arguments[++i] : "" },
                "--smoke" => parsed with { Smoke = true },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                _ => throw new FormatException($"There is no option {name}; --help lists the options."),
            };

            string Value() => ++i < arguments.Length ? arguments[i] : throw new FormatException($"{name} needs a value.");

            int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number is >= 1 and <= 64 ? number : throw new FormatException($"{name} is {text}; give a number from 1 to 64.");
        }

        return parsed is { Worker: "", Redis: null }
            ? throw new FormatException("--worker needs --redis HOST, to find the others.") : parsed;
    }
}
