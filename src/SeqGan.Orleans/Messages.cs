using System.Reflection;

namespace SeqGan.Orleans;

/// <summary>What a trainer and a silo agree on before anything else.</summary>
internal static class Protocol
{
    /// <summary>Other messages have another number.</summary>
    public const int Version = 3;

    /// <summary>The versions of the packages: other ones may round differently, so both sides must have the same.</summary>
    public static string Packages { get; } = string.Join(
        ", ",
        new[] { typeof(Protocol), typeof(SeqGanBuilder), typeof(CompiledPolicy), typeof(TorchSharp.torch) }.Select(type =>
            $"{type.Assembly.GetName().Name} "
            + type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion));
}

/// <summary>Which weights a message is about.</summary>
[GenerateSerializer]
internal enum WeightsKind
{
    /// <summary>The rollout policy's.</summary>
    Policy,

    /// <summary>The discriminator's.</summary>
    Discriminator,

    /// <summary>No weights but the constraint that completions satisfy.</summary>
    Constraint,
}

/// <summary>Asks a silo what it can do.</summary>
[GenerateSerializer, Immutable, Alias("SeqGan.DescribeRequest")]
internal sealed record DescribeRequest(
    [property: Id(0)] int Protocol, [property: Id(1)] string Packages, [property: Id(2)] string[] Scorers);

/// <summary>What a silo can do; <see cref="Refusal"/> says why it cannot work for this trainer.</summary>
[GenerateSerializer, Immutable, Alias("SeqGan.WorkerDescription")]
internal sealed record WorkerDescription(
    [property: Id(0)] string? Refusal, [property: Id(1)] string[] Scorers, [property: Id(2)] int ConcurrentPieces,
    [property: Id(3)] string[] TextScorers)
{
    /// <summary>Whether a scorer of that name reads texts.</summary>
    public bool ReadsText(string? name) => name is not null && TextScorers.Contains(name);

    /// <summary>Whether the silo has a scorer of that name, if one is asked for.</summary>
    public bool Has(string? name) => name is null || Scorers.Contains(name) || ReadsText(name);
}

/// <summary>A part of encoded weights.</summary>
[GenerateSerializer, Immutable, Alias("SeqGan.WeightsChunk")]
internal sealed record WeightsChunk(
    [property: Id(0)] Guid Training, [property: Id(1)] WeightsKind Kind, [property: Id(2)] long Version,
    [property: Id(3)] long? Base, [property: Id(4)] int TotalLength, [property: Id(5)] int Offset, [property: Id(6)] byte[] Bytes);

/// <summary>A piece of a batch: rows to complete, or to score, or both.</summary>
/// <remarks>
/// With a policy's version, prefixes of the rows are completed. With a discriminator's version, it scores the completions and then the
/// rows; with a scorer's name, that scorer does.
/// </remarks>
[GenerateSerializer, Immutable, Alias("SeqGan.Piece")]
internal sealed record Piece
{
    [Id(0)]
    public required Guid Training { get; init; }

    [Id(1)]
    public long? Policy { get; init; }

    [Id(2)]
    public long? Discriminator { get; init; }

    [Id(3)]
    public string? Scorer { get; init; }

    /// <summary>As of <see cref="PackedSequences"/>.</summary>
    [Id(4)]
    public required byte[] Rows { get; init; }

    /// <summary>As of <see cref="WeightsFile.Numbers"/>.</summary>
    [Id(11)]
    public required int?[] Format { get; init; }

    [Id(5)]
    public ulong Seed { get; init; }

    [Id(6)]
    public int Purpose { get; init; }

    [Id(7)]
    public uint Step { get; init; }

    [Id(8)]
    public int FirstRow { get; init; }

    [Id(9)]
    public int SamplesPerPrefix { get; init; }

    [Id(10)]
    public int? PrefixesPerSequence { get; init; }

    /// <summary>The rows as text, instead of <see cref="Rows"/>, for a scorer that reads them.</summary>
    [Id(12)]
    public string[]? Texts { get; init; }

    /// <summary>The version of the constraint that completions satisfy; null for none.</summary>
    [Id(13)]
    public long? Constraint { get; init; }

    public long? VersionOf(WeightsKind kind) => kind switch
    {
        WeightsKind.Policy => Policy,
        WeightsKind.Discriminator => Discriminator,
        _ => Constraint,
    };
}

/// <summary>How a piece went.</summary>
[GenerateSerializer]
internal enum PieceStatus
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>The silo lacks a version of weights; send them, then the piece again.</summary>
    MissingWeights,

    /// <summary>The silo has as many pieces as it takes; ask again later, or another.</summary>
    Busy,

    /// <summary>The piece is not valid, here or anywhere.</summary>
    Refused,

    /// <summary>A scorer failed.</summary>
    ScorerFailed,

    /// <summary>A completion cannot satisfy its constraint.</summary>
    DeadEnd,

    /// <summary>This silo lacks libtorch, or its limits are too low; another silo may be able to do the piece.</summary>
    Unable,

    /// <summary>Something went wrong on this silo; it may go well there or elsewhere.</summary>
    Failed,
}

/// <summary>What came of a piece.</summary>
[GenerateSerializer, Immutable, Alias("SeqGan.PieceResult")]
internal sealed record PieceResult
{
    [Id(0)]
    public required PieceStatus Status { get; init; }

    /// <summary>What is missing, wrong or failed.</summary>
    [Id(1)]
    public string? Message { get; init; }

    /// <summary>The completions' tokens after their prefixes, as of <see cref="PackedSequences"/>.</summary>
    [Id(2)]
    public byte[]? Completions { get; init; }

    /// <summary>The scores of the completions, if there are any, and then of the rows.</summary>
    [Id(3)]
    public float[]? Scores { get; init; }

    [Id(4)]
    public TimeSpan Queued { get; init; }

    [Id(5)]
    public TimeSpan Computed { get; init; }
}
