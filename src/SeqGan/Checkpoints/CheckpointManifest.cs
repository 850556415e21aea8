using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SeqGan;

/// <summary>The table of contents of a checkpoint, <c>manifest.json</c>: what it is of, and what its parts are.</summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "manifest.json";
    public const string ChecksumFileName = "manifest.json.sha256";
    public const string FormatName = "seqgan.checkpoint";
    public const int CurrentVersion = 1;

    /// <summary>The most bytes that a manifest may have.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    private const int MaxParts = 4096;

    public required string Format { get; init; }

    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The version of the library that wrote it.</summary>
    public required string Library { get; init; }

    public required DateTimeOffset Written { get; init; }

    public required long Step { get; init; }

    public required string Phase { get; init; }

    public required int Round { get; init; }

    public required bool Healthy { get; init; }

    /// <summary>Whether the metrics were measured where the checkpoint stands.</summary>
    public required bool Measured { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public required IReadOnlyDictionary<string, string> Options { get; init; }

    public required IReadOnlyDictionary<string, string> Corpus { get; init; }

    public required IReadOnlyList<string> ComponentsWithoutState { get; init; }

    public required IReadOnlyList<CheckpointPart> Parts { get; init; }

    /// <summary>Describes a checkpoint that is written now by this library.</summary>
    public static CheckpointManifest Create(CheckpointHeader header, IReadOnlyList<CheckpointPart> parts) => new()
    {
        Format = FormatName,
        Version = CurrentVersion,
        Library = typeof(CheckpointManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        Written = DateTimeOffset.UtcNow,
        Step = header.Step,
        Phase = header.Phase,
        Round = header.Round,
        Healthy = header.IsHealthy,
        Measured = header.IsMeasured,
        Metrics = header.Metrics,
        Options = header.Options,
        Corpus = header.Corpus,
        ComponentsWithoutState = header.ComponentsWithoutState,
        Parts = parts,
    };

    /// <summary>Reads a manifest, whoever wrote it.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="path">The checkpoint, for messages.</param>
    /// <exception cref="CheckpointCorruptException">It is no manifest, or a part of it is not valid.</exception>
    /// <exception cref="CheckpointMismatchException">It is of a newer version of the format.</exception>
    public static CheckpointManifest Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            CheckVersion(JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointFormat), path);
            CheckpointManifest manifest = JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointManifest)!;
            return manifest.FindFault() is { } fault ? throw CheckpointFailure.Damaged(path, $"{FileName}: {fault}") : manifest;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw CheckpointFailure.Damaged(path, $"{FileName} is not valid: {CheckpointFailure.Shorten(exception.Message)}", exception);
        }
    }

    /// <summary>The line that protects a manifest, as <c>sha256sum -c</c> reads it.</summary>
    public static byte[] Checksum(ReadOnlySpan<byte> json) => Encoding.ASCII.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(json))}  {FileName}\n");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CheckpointJson.Default.CheckpointManifest);

    public CheckpointHeader ToHeader() => new()
    {
        Step = Step,
        Phase = Phase,
        Round = Round,
        IsHealthy = Healthy,
        IsMeasured = Measured,
        Metrics = Metrics,
        Options = Options,
        Corpus = Corpus,
        ComponentsWithoutState = ComponentsWithoutState,
    };

    /// <summary>What users see of it.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="ownLength">The size of the manifest and of its checksum in bytes.</param>
    public CheckpointInfo ToInfo(string path, long ownLength) => new()
    {
        Path = path,
        Step = Step,
        Phase = Phase,
        Round = Round,
        Written = Written,
        LibraryVersion = Library,
        Size = ownLength + Parts.Sum(part => part.Size),
        IsHealthy = Healthy,
        IsMeasured = Measured,
        Metrics = Metrics,
        ComponentsWithoutState = ComponentsWithoutState,
    };

    private static void CheckVersion(CheckpointFormat? format, string path)
    {
        if (format?.Format != FormatName)
            throw CheckpointFailure.Damaged(path, $"{FileName} is not of the format '{FormatName}'");
        if (format.Version < 1)
            throw CheckpointFailure.Damaged(path, $"{FileName} is of version {format.Version}; the lowest is 1");
        if (format.Version > CurrentVersion)
            throw new CheckpointMismatchException(path, $"The checkpoint '{path}' is of version {format.Version} of the format; this library reads versions up to {CurrentVersion}. Upgrade the package SeqGan to the version that wrote it, or a later one.");
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
            if (part is null)
                return "a part is null";
            if (part.FindFault() is { } fault)
                return fault;
            if (!files.Add(part.File) || !components.Add(part.Component))
                return $"the part '{part.File}' stands twice";
        }

        return null;
    }
}
