using System.Globalization;
using System.Text.RegularExpressions;

namespace SeqGan;

/// <summary>The name of a checkpoint's folder: <c>checkpoint-000000001234</c>, and <c>checkpoint-000000001234-2</c> for a second one of that step.</summary>
/// <param name="Step">The training step.</param>
/// <param name="Number">Counts those of one step, from 1.</param>
internal readonly partial record struct CheckpointName(long Step, int Number) : IComparable<CheckpointName>
{
    private const string Prefix = "checkpoint-", Writing = ".writing-", Removing = ".removing-";

    /// <summary>A name for a checkpoint that is not complete yet.</summary>
    public static string NewWriting() => $"{Writing}{Guid.NewGuid():N}";

    /// <summary>A name for a checkpoint that is not complete any more.</summary>
    public static string NewRemoving() => $"{Removing}{Guid.NewGuid():N}";

    /// <summary>Whether a folder of this name is what an interrupted writing or removal left.</summary>
    public static bool IsLeftOver(string name) => LeftOver().IsMatch(name);

    /// <summary>Reads a name; only the exact text that <see cref="ToString"/> writes is one.</summary>
    public static bool TryParse(string text, out CheckpointName name)
    {
        name = default;
        Match match = Pattern().Match(text);
        if (!match.Success
            || !long.TryParse(match.Groups["step"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            || !int.TryParse(match.Groups["number"].Success ? match.Groups["number"].ValueSpan : "1", NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return false;
        name = new CheckpointName(step, number);
        return name.ToString() == text;
    }

    /// <summary>The newer one is the greater.</summary>
    public int CompareTo(CheckpointName other) => (Step, Number).CompareTo((other.Step, other.Number));

    public override string ToString() =>
        Number == 1 ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D12}") : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D12}-{Number}");

    [GeneratedRegex(@"\Acheckpoint-(?<step>[0-9]{12,19})(?:-(?<number>[0-9]{1,10}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A\.(?:writing|removing)-[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LeftOver();
}
