using System.Globalization;

namespace SyntheticSessions;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Learns user sessions from a SQLite database, by customer segment, and writes new ones back.

          --database FILE   the database; without it, an example is made in a temporary file
          --create          with --database: makes the example in the file first
          --table NAME      the table with a row for each event (default events)
          --session NAME    its column that says which session an event belongs to (default session)
          --order NAME      its column that orders the events of a session (default step)
          --segment NAME    its column with the customer's segment (default segment)
          --event NAME      its column with the event (default event)
          --max-events N    the most events of a session; longer ones are left out (default 31)
          --output NAME     the table for the generated sessions, which must not be there (default generated_events)
          --count N         how many sessions to generate for each segment (default 1000)
          --smoke           a short training: under a minute
          --seed N          the seed of every random number (default 1)
          --json            the result as one JSON object on the last line
          --help            this text
        """;

    public string? Database { get; private init; }

    public bool Create { get; private init; }

    public Columns Columns { get; private init; } = new("events", "session", "step", "segment", "event");

    public string Output { get; private init; } = "generated_events";

    public int MaxEvents { get; private init; } = 31;

    public int Count { get; private init; } = 1000;

    public bool Smoke { get; private init; }

    public ulong Seed { get; private init; } = 1;

    public bool Json { get; private init; }

    public bool Help { get; private init; }

    /// <exception cref="FormatException">An argument is wrong; the message says which and what is valid.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new CommandLine();
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i];
            parsed = name switch
            {
                "--database" => parsed with { Database = Value() },
                "--create" => parsed with { Create = true },
                "--table" => parsed with { Columns = parsed.Columns with { Table = Value() } },
                "--session" => parsed with { Columns = parsed.Columns with { Session = Value() } },
                "--order" => parsed with { Columns = parsed.Columns with { Order = Value() } },
                "--segment" => parsed with { Columns = parsed.Columns with { Segment = Value() } },
                "--event" => parsed with { Columns = parsed.Columns with { Event = Value() } },
                "--output" => parsed with { Output = Value() },
                "--max-events" => parsed with { MaxEvents = (int)Integer(1, 10_000) },
                "--count" => parsed with { Count = (int)Integer(1, 1_000_000) },
                "--smoke" => parsed with { Smoke = true },
                "--seed" => parsed with { Seed = Integer(0, ulong.MaxValue) },
                "--json" => parsed with { Json = true },
                "--help" or "-h" => parsed with { Help = true },
                _ => throw new FormatException($"There is no option {name}; --help lists those that there are."),
            };

            string Value() => ++i < arguments.Count && arguments[i].Length > 0 ? arguments[i]
                : throw new FormatException($"{name} needs a value.");

            ulong Integer(ulong minimum, ulong maximum) =>
                ulong.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= minimum
                    && value <= maximum
                    ? value
                    : throw new FormatException($"{name} is {arguments[i]}; it must be a whole number from {minimum} to {maximum}.");
        }

        return parsed.Create && parsed.Database is null ? throw new FormatException("--create needs --database.") : parsed;
    }
}
