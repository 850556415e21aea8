using System.Collections.ObjectModel;

namespace SeqGan;

/// <summary>What a checkpoint on disk says of itself. Nothing in it is executed or trusted.</summary>
/// <remarks>Immutable; the static methods are thread-safe, and a training may write to the folder meanwhile.</remarks>
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

    /// <summary>Whether <see cref="Metrics"/> were measured where it stands; otherwise they are of an earlier step.</summary>
    internal bool IsMeasured { get; init; }

    /// <summary>The latest figures and evaluation metrics by then.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The components that have no state in it, and start anew when it is resumed.</summary>
    public IReadOnlyList<string> ComponentsWithoutState { get; init; } = [];

    /// <summary>The checkpoints in a folder, newest first.</summary>
    /// <param name="directory">The folder; where it is missing, there are none.</param>
    /// <returns>Those whose manifest is intact; <see cref="Verify"/> reads the rest of one, too.</returns>
    /// <exception cref="CheckpointException">The folder cannot be read.</exception>
    public static IReadOnlyList<CheckpointInfo> List(string directory)
    {
        var checkpoints = new List<CheckpointInfo>();
        foreach (CheckpointName name in CheckpointFolder.Names(directory))
        {
            try
            {
                checkpoints.Add(CheckpointReader.Open(System.IO.Path.Combine(directory, name.ToString())).Info);
            }
            catch (CheckpointException)
            {
                // Damaged, or of a newer version: not one of those that are asked for.
            }
        }

        return checkpoints;
    }

    /// <summary>Reads a whole checkpoint and compares each part with its checksum.</summary>
    /// <param name="checkpoint">Its folder.</param>
    /// <returns>What it says of itself.</returns>
    /// <exception cref="CheckpointCorruptException">It is missing or damaged; the message says in what.</exception>
    /// <exception cref="CheckpointMismatchException">It is of a newer version of the format.</exception>
    public static CheckpointInfo Verify(string checkpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(checkpoint);
        CheckpointReader reader = CheckpointReader.Open(checkpoint);
        reader.Verify();
        return reader.Info;
    }
}
