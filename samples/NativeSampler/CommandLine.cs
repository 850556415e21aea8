using System.Globalization;
using SeqGan;

namespace NativeSampler;

/// <summary>What the user asked for.</summary>
internal sealed record CommandLine
{
    public const string Usage = """
        Prints sequences that a trained model generates, without any native library.

          NativeSampler MODEL [options]

          MODEL             a file that SeqGanTrainer.SaveModel, or Quickstart --save, wrote
          --count N         how many to print (default 10)
          --prefix TEXT     what each begins with
          --temperature T   below 1 generates likelier lines, above 1 wilder ones (default 1)
          --top-k K         draw only from the K likeliest tokens
          --top-p P         draw only from the likeliest tokens that together have probability P
          --seed N          the same seed prints the same lines (default 0)
          --time            also say, on standard error, how long the first one took from the program's start
          --help            this text
        """;

    public string Model { get; private init; } = "";

    public int Count { get; private init; } = 10;

    public string Prefix { get; private init; } = "";

    public SamplingOptions Sampling { get; private init; } = new() { Seed = 0 };

    public bool Time { get; private init; }

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
                "--count" => parsed with { Count = (int)Number(int.MaxValue) },
                "--prefix" => parsed with { Prefix = Value() },
                "--temperature" => parsed with { Sampling = parsed.Sampling with { Temperature = Fraction() } },
                "--top-k" => parsed with { Sampling = parsed.Sampling with { TopK = (int)Number(int.MaxValue) } },
                "--top-p" => parsed with { Sampling = parsed.Sampling with { TopP = Fraction() } },
                "--seed" => parsed with { Sampling = parsed.Sampling with { Seed = Number(ulong.MaxValue) } },
                "--time" => parsed with { Time = true },
                "--help" or "-h" => parsed with { Help = true },
                _ when name.StartsWith("--", StringComparison.Ordinal) =>
                    throw new FormatException($"There is no option {name}; --help lists those that there are."),
                _ when parsed.Model.Length > 0 =>
                    throw new FormatException($"There are two model files, {parsed.Model} and {name}; one is needed."),
                _ => parsed with { Model = name },
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");

            ulong Number(ulong maximum) =>
                ulong.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= maximum
                    ? value
                    : throw new FormatException($"{name} is {arguments[i]}; it must be a whole number from 0 to {maximum}.");

            double Fraction() => double.TryParse(Value(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value
                : throw new FormatException($"{name} is {arguments[i]}; it must be a number.");
        }

        return parsed.Help || parsed.Model.Length > 0 ? parsed : throw new FormatException("There is no model file; --help says more.");
    }
}
