using System.Collections.ObjectModel;

namespace SeqGan.Checkpoints;

/// <summary>The description of a checkpoint on disk. Nothing in it is executed or trusted.</summary>
/// <remarks>Immutable; the static methods are thread-safe, and a training may write to the folder at the same time.</remarks>
/// <example>
/// <code>
/// foreach (CheckpointInfo checkpoint in CheckpointInfo.List("names.checkpoints"))
///     Console.WriteLine($"{checkpoint.Path}: {checkpoint.Phase}, round {checkpoint.Round}, written {checkpoint.Written:u}");
/// </code>
/// </example>
public sealed record CheckpointInfo
{
    /// <summary>Its folder.</summary>
    public required string Path { get; init; }

    /// <summary>Training steps of both models since the training began.</summary>
    public required long Step { get; init; }

    /// <summary>The name of the phase, such as <c>Adversarial</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The completed rounds of the phase.</summary>
    public required int Round { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>The version of the library that wrote it.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>The size of all of its files in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>False if the training had shown signs of divergence.</summary>
    public required bool IsHealthy { get; init; }

    /// <summary>Whether <see cref="Metrics"/> were measured at this step; otherwise they are of an earlier one.</summary>
    internal bool IsMeasured { get; init; }

    /// <summary>The latest figures and evaluation metrics.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>All options of the training as text, by their path, such as <c>Generator.HiddenSize</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>The components that have no state in it; they start fresh when it is resumed.</summary>
    public IReadOnlyList<string> ComponentsWithoutState { get; init; } = [];

    /// <summary>
    /// The checkpoints in a folder that have an intact manifest, newest first; none if it is missing. <see cref="Verify"/> checks the rest.
    /// </summary>
    /// <exception cref="CheckpointException">The folder cannot be read.</exception>
    public static IReadOnlyList<CheckpointInfo> List(string directory)
    {
        return [.. CheckpointFolder.Names(directory).Select(Read).OfType<CheckpointInfo>()];

        // Null for one that is damaged, or of another version of the format.
        CheckpointInfo? Read(CheckpointName name)
        {
            try
            {
                return CheckpointReader.Open(System.IO.Path.Combine(directory, name.ToString())).Info;
            }
            catch (CheckpointException)
            {
                return null;
            }
        }
    }

    /// <summary>Reads the whole checkpoint of a folder and compares each part with its checksum.</summary>
    /// <exception cref="CheckpointException">It is missing, damaged, or of another version; the message says which.</exception>
    public static CheckpointInfo Verify(string checkpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(checkpoint);
        return CheckpointReader.Open(checkpoint).Verify();
    }
}
