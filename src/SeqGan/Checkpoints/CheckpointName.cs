using System.Text.RegularExpressions;

namespace SeqGan.Checkpoints;

/// <summary>The name of a checkpoint's folder: <c>checkpoint-000000001234</c>; a second one of the step ends in <c>-2</c>.</summary>
/// <param name="Step">The training step.</param>
/// <param name="Number">Counts the checkpoints of one step, from 1.</param>
internal readonly partial record struct CheckpointName(long Step, int Number) : IComparable<CheckpointName>
{
    private const string Prefix = "checkpoint-";

    /// <summary>A name for a checkpoint that is not complete yet.</summary>
    public static string NewWriting() => $".writing-{Guid.NewGuid():N}";

    /// <summary>A name for a checkpoint that is no longer complete.</summary>
    public static string NewRemoving() => $".removing-{Guid.NewGuid():N}";

    /// <summary>Whether an interrupted write or removal left a folder of this name.</summary>
    public static bool IsLeftOver(string name) => LeftOver().IsMatch(name);

    /// <summary>Parses a name; null unless it is exactly the text that <see cref="ToString"/> writes.</summary>
    public static CheckpointName? Parse(string text)
    {
        string[] parts = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..].Split('-') : [];
        return parts is [var first, .. { Length: <= 1 } rest]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && int.TryParse(rest is [var second] ? second : "1", NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && new CheckpointName(step, number) is var name && name.ToString() == text ? name : null;
    }

    /// <summary>The newer one is the greater.</summary>
    public int CompareTo(CheckpointName other) => (Step, Number).CompareTo((other.Step, other.Number));

    public override string ToString() => Number == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D12}")
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Step:D12}-{Number}");

    [GeneratedRegex(@"\A\.(?:writing|removing)-[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex LeftOver();
}
