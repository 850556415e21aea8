namespace SeqGan.Checkpoints;

/// <summary>Reads an untrusted folder of checkpoints: everything is bounded and checked.</summary>
internal static class CheckpointFolder
{
    private const int MaxListed = 20;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>The newest intact checkpoint that is accepted; null if there is none. Damaged ones are reported and skipped.</summary>
    /// <exception cref="CheckpointException">All checkpoints are damaged, or the newest is of another format version.</exception>
    public static LoadedCheckpoint? ReadNewest(
        string directory, bool healthyOnly, Action<CheckpointException> damaged, Func<CheckpointHeader, bool>? accepts = null)
    {
        List<CheckpointName> names = Names(directory);
        var failures = new List<CheckpointException>();
        foreach (CheckpointName name in names)
        {
            try
            {
                CheckpointReader reader = CheckpointReader.Open(Path.Combine(directory, name.ToString()));
                if ((!healthyOnly || reader.Manifest.IsHealthy) && accepts?.Invoke(reader.Manifest) != false)
                    return reader.ReadAll();
            }
            catch (CheckpointException exception) when (exception.IsCorrupt)
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
        if (File.Exists(Normalize(directory)))
            throw CheckpointFailure.IsFile(directory);
        try
        {
            // Some systems do not report a link as a folder; it is listed so that its failure is reported.
            return
            [
                .. from entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything)
                   where entry is DirectoryInfo || CheckpointDisk.IsLink(entry)
                   let name = CheckpointName.Parse(entry.Name)
                   where name is not null
                   orderby name descending
                   select name.Value,
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
            throw new CheckpointException(directory, $"The checkpoints in '{directory}' cannot be listed: {exception.Message}", exception);
        }
    }

    /// <summary>Whether two paths name one folder; links are not followed.</summary>
    public static bool AreSame(string one, string other) => string.Equals(
        Normalize(one), Normalize(other), OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>The full path without a separator at its end.</summary>
    public static string Normalize(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));

    private static CheckpointException AllDamaged(string directory, List<CheckpointException> failures)
    {
        IEnumerable<string> messages = failures.Take(MaxListed).Select(failure => failure.Message);
        if (failures.Count > MaxListed)
            messages = messages.Append(string.Create(CultureInfo.InvariantCulture, $"And {failures.Count - MaxListed} more."));
        string message = $"All {failures.Count} checkpoints in '{directory}' are damaged; they are left as they are.";
        return new CheckpointException(directory, $"{message} {string.Join(' ', messages)}", failures[0]) { IsCorrupt = true };
    }
}
