namespace SeqGan.Checkpoints;

/// <summary>The exceptions of checkpoints, and what the operating system's errors mean.</summary>
internal static class CheckpointFailure
{
    private const int MaxMessageLength = 300;

    /// <summary>Whether the file system failed, not the library.</summary>
    public static bool IsOfTheDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;

    public static CheckpointException Damaged(string path, string reason, Exception? inner = null) =>
        new(path, $"The checkpoint '{path}' is damaged: {reason}.", inner) { IsCorrupt = true };

    public static CheckpointException Mismatch(string path, string message, Exception? inner = null) =>
        new(path, message, inner) { IsMismatch = true };

    /// <summary>A checkpoint of so many bytes could not be written.</summary>
    public static CheckpointException NotWritten(string folder, long needed, Exception cause)
    {
        string reason = cause switch
        {
            _ when IsDiskFull(cause) => $"the disk is full. The checkpoint needs {Megabytes(needed)}{FreeSpace(folder)}; "
                + "free that much, keep fewer checkpoints, or choose a folder on another disk",
            UnauthorizedAccessException =>
                $"this process may not write to the folder: {cause.Message} Give it the permission, or choose another folder",
            _ => $"{cause.Message} Make sure that the folder exists and can be written to, or choose another one",
        };
        return new CheckpointException(
            folder, $"The checkpoint could not be written to '{folder}': {reason}. Earlier checkpoints are untouched.", cause);
    }

    public static CheckpointException NotOpened(string folder, Exception cause) => new(
        folder, $"Checkpoints cannot be written to '{folder}': {cause.Message} Choose a folder that this process may create and write to.",
        cause);

    public static CheckpointException IsFile(string folder) =>
        new(folder, $"'{folder}' is a file; checkpoints need a folder. Name another one, or remove the file.");

    /// <summary>Shortens untrusted text for messages and logs.</summary>
    public static string Shorten(string text) => text.Length <= MaxMessageLength ? text : $"{text.AsSpan(0, MaxMessageLength)}...";

    /// <summary>Whether a file could not be opened because somebody else has it open.</summary>
    public static bool IsSharingViolation(IOException exception)
    {
        const int SharingViolation = unchecked((int)0x80070020), TryAgainOnLinux = 11, TryAgainOnMac = 35;
        return exception.HResult
            == (OperatingSystem.IsWindows() ? SharingViolation : OperatingSystem.IsMacOS() ? TryAgainOnMac : TryAgainOnLinux);
    }

    private static bool IsDiskFull(Exception exception)
    {
        const int DiskFull = unchecked((int)0x80070070), HandleDiskFull = unchecked((int)0x80070027);
        const int NoSpace = 28, QuotaOnLinux = 122, QuotaOnMac = 69;
        return OperatingSystem.IsWindows()
            ? exception.HResult is DiskFull or HandleDiskFull
            : exception.HResult == NoSpace || exception.HResult == (OperatingSystem.IsMacOS() ? QuotaOnMac : QuotaOnLinux);
    }

    private static string FreeSpace(string folder)
    {
        try
        {
            return $", and {Megabytes(new DriveInfo(folder).AvailableFreeSpace)} are free";
        }
        catch (Exception exception) when (IsOfTheDisk(exception) || exception is ArgumentException)
        {
            return "";
        }
    }

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
