using System.Globalization;

namespace SeqGan;

/// <summary>Reads a folder of checkpoints. It may be anybody's: everything is bounded and checked.</summary>
internal static class CheckpointFolder
{
    private const int MaxListed = 20;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>The newest intact checkpoint; null where the folder is missing or has none at all.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="healthyOnly">Passes over those of a training that had begun to diverge.</param>
    /// <param name="damaged">Is told of each damaged one that is passed over.</param>
    /// <param name="accepts">Which ones are meant; all, where it is null.</param>
    /// <exception cref="CheckpointCorruptException">There are checkpoints, and all are damaged; the message names each.</exception>
    /// <exception cref="CheckpointMismatchException">The newest one is of a newer version of the format.</exception>
    public static LoadedCheckpoint? ReadNewest(
        string directory, bool healthyOnly, Action<CheckpointCorruptException> damaged, Func<CheckpointHeader, bool>? accepts = null)
    {
        List<CheckpointName> names = Names(directory);
        var failures = new List<CheckpointCorruptException>();
        foreach (CheckpointName name in names)
        {
            try
            {
                CheckpointReader reader = CheckpointReader.Open(Path.Combine(directory, name.ToString()));
                if ((!healthyOnly || reader.Manifest.Healthy) && accepts?.Invoke(reader.Manifest.ToHeader()) != false)
                    return reader.ReadAll();
            }
            catch (CheckpointCorruptException exception)
            {
                failures.Add(exception);
                damaged(exception);
            }
        }

        return names.Count == 0 || failures.Count < names.Count ? null : throw AllDamaged(directory, failures);
    }

    /// <summary>The checkpoints of a folder, newest first, damaged ones among them; none where it is missing.</summary>
    /// <exception cref="CheckpointException">The folder cannot be read.</exception>
    public static List<CheckpointName> Names(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var names = new List<CheckpointName>();
        if (File.Exists(Normalize(directory)))
            throw CheckpointFailure.IsFile(directory);
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything))
            {
                // A link is no folder to everybody, but somebody put it there for one.
                if (CheckpointName.TryParse(entry.Name, out CheckpointName name) && (entry is DirectoryInfo || CheckpointDisk.IsLink(entry)))
                    names.Add(name);
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
            throw new CheckpointException(directory, $"The checkpoints in '{directory}' cannot be listed: {exception.Message}", exception);
        }

        names.Sort((left, right) => right.CompareTo(left));
        return names;
    }

    /// <summary>Whether two paths are of one folder, however they are written; links are not followed.</summary>
    public static bool AreSame(string one, string other) => string.Equals(
        Normalize(one), Normalize(other), OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>The full path without a separator at its end.</summary>
    public static string Normalize(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    private static CheckpointCorruptException AllDamaged(string directory, List<CheckpointCorruptException> failures)
    {
        IEnumerable<string> messages = failures.Take(MaxListed).Select(failure => failure.Message);
        if (failures.Count > MaxListed)
            messages = messages.Append(string.Create(CultureInfo.InvariantCulture, $"And {failures.Count - MaxListed} more."));
        return new CheckpointCorruptException(
            directory, $"All {failures.Count} checkpoints in '{directory}' are damaged; they are left as they are. {string.Join(' ', messages)}", failures[0]);
    }
}
