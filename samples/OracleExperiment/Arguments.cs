using System.Globalization;
using System.Numerics;

namespace OracleExperiment;

/// <summary>The command line.</summary>
internal sealed record Arguments
{
    public const string Usage = """
        The synthetic experiment of the SeqGAN paper: an oracle LSTM makes the data and judges what generators make.

          --preset smoke|fast|paper   seconds, at most 25 minutes, or the published schedule: hours (default: fast)
          --seed N                    the first seed (default: 1)
          --runs N                    how many seeds, counting up (default: 1)
          --rounds N                  how many adversarial rounds, in place of the preset's
          --oracle FILE               weights of the oracle, safetensors, PyTorch names: embedding.weight, lstm.weight_ih_l0, ...,
                                      output.bias (default: drawn by the seed)
          --start-token N             the token that generation starts from (default: 0)
          --sweep                     also sample MLE and SeqGAN at many temperatures: two curves in the plane of both figures
          --plot FILE                 where the learning curves go (default: oracle-<preset>.png); the sweep goes beside them
                                      (oracle-<preset>-sweep.png)
          --json                      the last line of the output is one JSON object
        """;

    public string Preset { get; private set; } = "fast";

    public ulong Seed { get; private set; } = 1;

    public int Runs { get; private set; } = 1;

    public int? Rounds { get; private set; }

    public string? Oracle { get; private set; }

    public int StartToken { get; private set; }

    public string? Plot { get; private set; }

    public bool Sweep { get; private set; }

    public bool Json { get; private set; }

    public bool Help { get; private set; }

    /// <exception cref="FormatException">An argument is wrong; the message names it.</exception>
    public static Arguments Parse(string[] args)
    {
        var result = new Arguments();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            switch (name)
            {
                case "--json":
                    result.Json = true;
                    break;
                case "--sweep":
                    result.Sweep = true;
                    break;
                case "--help" or "-h":
                    result.Help = true;
                    break;
                case "--preset":
                    result.Preset = Value();
                    if (!OracleExperiment.Preset.All.ContainsKey(result.Preset))
                        throw new FormatException(
                            $"--preset is '{result.Preset}'; it must be {string.Join(", ", OracleExperiment.Preset.All.Keys)}.");
                    break;
                case "--seed":
                    result.Seed = Number<ulong>(0, ulong.MaxValue);
                    break;
                case "--rounds":
                    result.Rounds = Number(1, 100_000);
                    break;
                case "--runs":
                    result.Runs = Number(1, 1000);
                    break;
                case "--start-token":
                    result.StartToken = Number(0, int.MaxValue);
                    break;
                case "--oracle":
                    result.Oracle = Value();
                    if (!File.Exists(result.Oracle))
                        throw new FormatException($"--oracle is '{result.Oracle}'; there is no such file.");
                    break;
                case "--plot":
                    result.Plot = Value();
                    if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(result.Plot))))
                        throw new FormatException($"--plot is '{result.Plot}'; there is no such folder.");
                    break;
                default:
                    throw new FormatException($"There is no argument '{name}'; --help lists them.");
            }

            string Value() => ++i < args.Length && args[i].Length > 0 ? args[i] : throw new FormatException($"{name} needs a value.");

            T Number<T>(T minimum, T maximum)
                where T : struct, INumberBase<T>, IComparable<T>
            {
                string text = Value();
                return T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out T value) && value.CompareTo(minimum) >= 0
                    && value.CompareTo(maximum) <= 0
                    ? value
                    : throw new FormatException($"{name} is '{text}'; it must be a whole number from {minimum} to {maximum}.");
            }
        }

        int vocabularySize = OracleExperiment.Preset.All[result.Preset](0).Format.VocabularySize;
        return result.StartToken < vocabularySize
            ? result
            : throw new FormatException(
                $"--start-token is {result.StartToken}; with --preset {result.Preset} it must be a whole number from 0 to "
                    + $"{vocabularySize - 1}.");
    }
}
