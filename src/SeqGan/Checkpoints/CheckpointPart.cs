using System.Text.RegularExpressions;

namespace SeqGan.Checkpoints;

/// <summary>A manifest's entry for one component's state.</summary>
internal sealed partial record CheckpointPart
{
    /// <summary>The name of the file beside the manifest.</summary>
    public required string File { get; init; }

    /// <summary>Whose state it is, such as <c>generator</c>.</summary>
    public required string Component { get; init; }

    public required string Type { get; init; }

    /// <summary>The version of the assembly that has the type.</summary>
    public required string Assembly { get; init; }

    public required int StateVersion { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>A name for the file of a component's state, safe on every platform and not taken yet.</summary>
    public static string NameFile(string component, HashSet<string> taken)
    {
        const int MaxLength = 80;
        string stem = Unsafe().Replace(component, "_");
        stem = stem[..Math.Min(stem.Length, MaxLength)];
        string name = $"{stem}.state";
        for (int number = 2; !taken.Add(name); number++)
            name = $"{stem}-{number}.state";
        return name;
    }

    /// <summary>The first fault of the entry; null if there is none.</summary>
    public string? FindFault() => this switch
    {
        _ when !SafeName().IsMatch(File) =>
            $"the file name '{CheckpointFailure.Shorten(File)}' is not made of letters, digits, '-', '_' and '.' with '.state' at its end",
        { Component.Length: 0 } => $"the part '{File}' names no component",
        { StateVersion: < 1 } => $"the part '{File}' has state version {StateVersion}; the lowest is 1",
        { Size: < 0 } => $"the part '{File}' has {Size} bytes",
        _ when Size > Array.MaxLength => $"the part '{File}' has {Size} bytes; the most is {Array.MaxLength}",
        _ when !Digits().IsMatch(Sha256) => $"the part '{File}' has no SHA-256 of 64 hexadecimal digits",
        _ => null,
    };

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}\.state\z", RegexOptions.CultureInvariant)]
    private static partial Regex SafeName();

    [GeneratedRegex(@"\A\.|[^A-Za-z0-9._-]", RegexOptions.CultureInvariant)]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();
}
