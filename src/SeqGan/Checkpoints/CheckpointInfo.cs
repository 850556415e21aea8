using System.Collections.ObjectModel;

namespace SeqGan;

/// <summary>What a checkpoint on disk says of itself.</summary>
public sealed record CheckpointInfo
{
    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>Training steps of both models since the training began.</summary>
    public required long Step { get; init; }

    /// <summary>The name of the phase, such as <c>Adversarial</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The rounds of the phase that were complete.</summary>
    public required int Round { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>The version of the library that wrote it.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>The size of all of its files in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>False where the training had shown signs of divergence by then.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>The latest figures and evaluation metrics by then.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The components that have no state in it, and start anew when it is resumed.</summary>
    public IReadOnlyList<string> ComponentsWithoutState { get; init; } = [];
}
