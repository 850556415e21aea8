using System.Globalization;
using System.Text.RegularExpressions;

namespace SeqGan.Checkpoints;

/// <summary>The name of a checkpoint's folder: <c>checkpoint-000000001234</c>; a second one of the step ends in <c>-2</c>.</summary>
/// <param name="Step">The training step.</param>
/// <param name="Number">Counts the checkpoints of one step, from 1.</param>
internal readonly partial record struct CheckpointName(long Step, int Number) : IComparable<CheckpointName>
{
    private const string Prefix = "checkpoint-", Writing = ".writing-", Removing = ".removing-";

    /// <summary>A name for a checkpoint that is not complete yet.</summary>
    public static string NewWriting() => $"{Writing}{Guid.NewGuid():N}";

    /// <summary>A name for a checkpoint that is no longer complete.</summary>
    public static string NewRemoving() => $"{Removing}{Guid.NewGuid():N}";

    /// <summary>Whether an interrupted write or removal left a folder of this name.</summary>
    public static bool IsLeftOver(string name) => LeftOver().IsMatch(name);

    /// <summary>Parses a name; only the exact text that <see cref="ToString"/> writes is valid.</summary>
    public static bool TryParse(string text, out CheckpointName name)
    {
        name = default;
        Match match = Pattern().Match(text);
        Group number = match.Groups["number"];
        if (!match.Success
            || !long.TryParse(match.Groups["step"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            || !int.TryParse(number.Success ? number.ValueSpan : "1", NumberStyles.None, CultureInfo.InvariantCulture, out int counter))
            return false;
        name = new CheckpointName(step, counter);
        return name.ToString() == text;
    }

    /// <summary>The newer one is the greater.</summary>
    public int CompareTo(CheckpointName other) => (Step, Number).CompareTo((other.Step, other.Number));

    public override string ToString() => Number == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D12}")
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D12}-{Number}");

    [GeneratedRegex(@"\Acheckpoint-(?<step>[0-9]{12,19})(?:-(?<number>[0-9]{1,10}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A\.(?:writing|removing)-[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LeftOver();
}
