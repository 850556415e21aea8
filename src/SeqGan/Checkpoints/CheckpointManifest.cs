using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace SeqGan.Checkpoints;

/// <summary>What a training states about a checkpoint.</summary>
internal record CheckpointHeader
{
    public required long Step { get; init; }

    /// <summary>The name of a <c>TrainingPhase</c>.</summary>
    public required string Phase { get; init; }

    public required int Round { get; init; }

    public required bool IsHealthy { get; init; }

    /// <summary>Whether <see cref="Metrics"/> were measured at this step; otherwise they are of an earlier one.</summary>
    public required bool IsMeasured { get; init; }

    /// <summary>May hold values that are not finite.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>All options by their path, such as <c>Generator.HiddenSize</c>.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }

    /// <summary>Identifies the training data: format, number and checksum of sequences, checksum of the vocabulary, tokenizer.</summary>
    public required IReadOnlyDictionary<string, string> Corpus { get; init; }

    public required IReadOnlyList<string> ComponentsWithoutState { get; init; }
}

/// <summary>A checkpoint's table of contents, <c>manifest.json</c>: the header and the list of parts.</summary>
internal sealed partial record CheckpointManifest : CheckpointHeader
{
    public const string FileName = "manifest.json";
    public const string ChecksumFileName = "manifest.json.sha256";
    public const string FormatName = "seqgan.checkpoint";
    public const int CurrentVersion = 2;

    public const int MaxLength = 16 * 1024 * 1024;

    private const int MaxParts = 4096;

    [JsonConstructor]
    public CheckpointManifest()
    {
    }

    /// <summary>Describes a checkpoint that this library writes now.</summary>
    [SetsRequiredMembers]
    public CheckpointManifest(CheckpointHeader header, IReadOnlyList<CheckpointPart> parts)
        : base(header)
    {
        Assembly library = typeof(CheckpointManifest).Assembly;
        (Format, Version, Written, Parts) = (FormatName, CurrentVersion, DateTimeOffset.UtcNow, parts);
        Library = library.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
    }

    public required string Format { get; init; }

    public required int Version { get; init; }

    public required string Library { get; init; }

    public required DateTimeOffset Written { get; init; }

    public required IReadOnlyList<CheckpointPart> Parts { get; init; }

    /// <summary>Reads an untrusted manifest of a checkpoint.</summary>
    /// <exception cref="CheckpointException">It is not a valid manifest, or another version of the format.</exception>
    public static CheckpointManifest Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            CheckVersion(JsonSerializer.Deserialize(json, ManifestJson.Default.FormatHeader), path);
            CheckpointManifest manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.CheckpointManifest)!;
            return manifest.FindFault() is { } fault ? throw CheckpointFailure.Damaged(path, $"{FileName}: {fault}") : manifest;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw CheckpointFailure.Damaged(path, $"{FileName} is not valid: {CheckpointFailure.Shorten(exception.Message)}", exception);
        }
    }

    /// <summary>The line that protects a manifest, as <c>sha256sum -c</c> reads it.</summary>
    public static byte[] Checksum(ReadOnlySpan<byte> json) =>
        Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(json))}  {FileName}\n");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.CheckpointManifest);

    /// <summary>The public description; the size counts the bytes of the manifest and its checksum, too.</summary>
    public CheckpointInfo ToInfo(string path, long ownLength) => new()
    {
        Path = path,
        Step = Step,
        Phase = Phase,
        Round = Round,
        Written = Written,
        LibraryVersion = Library,
        Size = ownLength + Parts.Sum(part => part.Size),
        IsHealthy = IsHealthy,
        IsMeasured = IsMeasured,
        Metrics = Metrics,
        Options = Options,
        ComponentsWithoutState = ComponentsWithoutState,
    };

    private static void CheckVersion(FormatHeader? format, string path)
    {
        if (format?.Format != FormatName)
            throw CheckpointFailure.Damaged(path, $"{FileName} is not of the format '{FormatName}'");
        if (format.Version < 1)
            throw CheckpointFailure.Damaged(path, $"{FileName} is of version {format.Version}; the lowest is 1");
        if (format.Version != CurrentVersion)
        {
            string remedy = format.Version > CurrentVersion
                ? "Upgrade the package SeqGan to the version that wrote it, or a later one."
                : "Finish that training with the SeqGan that wrote it, or start again in another folder; saved models still load.";
            string versions = $"is of version {format.Version} of the format; this library reads version {CurrentVersion}";
            throw CheckpointFailure.Mismatch(path, $"The checkpoint '{path}' {versions}. {remedy}");
        }
    }

    private string? FindFault()
    {
        if (Step < 0 || Round < 0)
            return $"step {Step} or round {Round} is negative";
        if (Options.Values.Concat(Corpus.Values).Concat(ComponentsWithoutState).Contains(null!))
            return "a text is null";
        if (Parts.Count > MaxParts)
            return $"there are {Parts.Count} parts; the most is {MaxParts}";
        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var components = new HashSet<string>(StringComparer.Ordinal);
        foreach (CheckpointPart? part in Parts)
        {
            if ((part is null ? "a part is null" : part.FindFault()) is { } fault)
                return fault;
            if (!files.Add(part!.File) || !components.Add(part.Component))
                return $"the part '{part.File}' appears twice";
        }

        return null;
    }

    /// <summary>The beginning of a manifest, the same in every version of the format.</summary>
    private sealed record FormatHeader(string? Format, int Version);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true, AllowDuplicateProperties = false, MaxDepth = 16, WriteIndented = true)]
    [JsonSerializable(typeof(FormatHeader))]
    [JsonSerializable(typeof(CheckpointManifest))]
    private sealed partial class ManifestJson : JsonSerializerContext;
}

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
