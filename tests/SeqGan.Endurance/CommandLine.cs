using System.Globalization;

namespace SeqGan.Endurance;

/// <summary>A verb and its options.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Tries the library's promises about long runs and strange files.

          kills --count N       kills trainings so often, resumes them, and compares them with one that nobody disturbed

          faults                lets disks, files and processes fail, and options change

          soak --minutes N      trains, resumes and samples, and looks whether the process grows

          sampling --seconds N  samples on 16 threads from one sampler

          cluster --batches N   kills a worker of a cluster in each batch of rewards, and compares these with one process
                  --minutes N   estimates rewards instead, and looks whether a worker grows

          fuzz --seconds N      feeds mutated files to every reader
               --executions N   ends after so many; the same seed then does the same
               --reader NAME    only this reader
               --seed S         the seed of all mutations (default 1)
               --out FOLDER     where inputs are written that a reader failed on
               --input FILE     reads this file alone, once; needs --reader

        Each verb takes --json: the last line on standard output is then one JSON object. The exit code is 1 if anything failed.
        """;

    public string Verb { get; private init; } = "";

    public bool Json { get; private init; }

    public TimeSpan? Seconds { get; private init; }

    public TimeSpan? Minutes { get; private init; }

    public int? Count { get; private init; }

    public int? Batches { get; private init; }

    public string Ports { get; private init; } = "";

    public long? Executions { get; private init; }

    public string? Reader { get; private init; }

    public ulong Seed { get; private init; } = 1;

    public string Out { get; private init; } = Path.Combine(Path.GetTempPath(), "seqgan-endurance");

    public string? Input { get; private init; }

    /// <exception cref="FormatException">An argument is wrong; the message says which and why.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0].StartsWith('-'))
            throw new FormatException(Usage);
        var parsed = new CommandLine { Verb = arguments[0] };
        for (int i = 1; i < arguments.Count; i++)
        {
            string name = arguments[i];
            parsed = name switch
            {
                "--json" => parsed with { Json = true },
                "--seconds" => parsed with { Seconds = TimeSpan.FromSeconds(Number()) },
                "--minutes" => parsed with { Minutes = TimeSpan.FromMinutes(Number()) },
                "--count" => parsed with { Count = (int)Number() },
                "--batches" => parsed with { Batches = (int)Number() },
                "--ports" => parsed with { Ports = Value() },
                "--executions" => parsed with { Executions = Number() },
                "--reader" => parsed with { Reader = Value() },
                "--seed" => parsed with { Seed = (ulong)Number() },
                "--out" => parsed with { Out = Path.GetFullPath(Value()) },
                "--input" => parsed with { Input = Value() },
                _ => throw new FormatException($"There is no option {name}.\n{Usage}"),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");

            long Number() => long.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                && value <= 1_000_000_000
                ? value
                : throw new FormatException($"{name} is {arguments[i]}; it must be a whole number from 0 to 1000000000.");
        }

        return parsed;
    }
}
