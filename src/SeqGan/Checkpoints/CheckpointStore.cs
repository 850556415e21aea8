using System.Diagnostics;

namespace SeqGan.Checkpoints;

/// <summary>A folder of checkpoints that one training writes: takes drafts and makes them durable in the background.</summary>
/// <remarks>Not thread-safe: before a draft, <see cref="GoBackTo"/> or disposing, callers wait until the previous one is written.</remarks>
internal sealed class CheckpointStore : IDisposable
{
    private const string LockFileName = ".lock";

    private readonly FileStream _folderLock;
    private readonly ILogger _logger;
    private readonly CheckpointRetention _retention;
    private readonly Dictionary<string, MemoryStream> _memory = [];
    private Task _writing = Task.CompletedTask;
    private bool _disposed;
    private long _lastValidStep = long.MaxValue;

    private CheckpointStore(string folder, FileStream folderLock, CheckpointOptions options, ILogger logger)
    {
        (Folder, _folderLock, _logger) = (folder, folderLock, logger);
        _retention = new CheckpointRetention(folder, options, logger);
        RemoveLeftOvers();
    }

    public string Folder { get; }

    public bool IsEmpty => CheckpointFolder.Names(Folder).Count == 0;

    /// <summary>Creates the files of checkpoints; tests replace it by a disk that fails.</summary>
    internal Func<string, FileStream> CreateFile { get; set; } = path =>
        new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>Locks the folder, and removes what an earlier process left half-written.</summary>
    /// <exception cref="CheckpointException">The folder cannot be made or written to, or another training writes to it.</exception>
    public static CheckpointStore Open(CheckpointOptions options, ILogger logger)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Directory);
        string folder = CheckpointFolder.Normalize(options.Directory);
        if (File.Exists(folder))
            throw CheckpointFailure.IsFile(folder);
        try
        {
            bool isNew = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            if (isNew && Path.GetDirectoryName(folder) is { } parent)
                CheckpointDisk.FlushFolder(parent);
            return new CheckpointStore(folder, TakeLock(folder), options.Copy(), logger);
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
            throw CheckpointFailure.NotOpened(folder, exception);
        }
    }

    /// <summary>Begins a draft in the memory of the previous one, which is written or given up.</summary>
    public CheckpointDraft Begin()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new CheckpointDraft(_memory);
    }

    /// <summary>Writes a draft in the background. The task completes when the checkpoint would survive a power failure.</summary>
    /// <exception cref="CheckpointException">(of the task) It cannot be written; earlier ones are untouched.</exception>
    public Task<CheckpointInfo> WriteAsync(CheckpointDraft draft, CheckpointHeader header)
    {
        long lastValidStep = _lastValidStep;
        _lastValidStep = long.MaxValue;

        // A dedicated thread: the training may use all threads of the pool, and disks can be slow.
        Task<CheckpointInfo> writing = Task.Factory.StartNew(
            () => Write(draft, header, lastValidStep), CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach | TaskCreationOptions.RunContinuationsAsynchronously,
            TaskScheduler.Default);
        _writing = writing;
        return writing;
    }

    /// <summary>The training has rolled back to a step. Checkpoints of later steps are removed after the next one is written.</summary>
    public void GoBackTo(long step) => _lastValidStep = Math.Min(_lastValidStep, step);

    /// <summary>Waits until nothing is being written, and unlocks the folder.</summary>
    public void Dispose()
    {
        _disposed = true;

        // Unlike Wait, it does not throw the error that the task reports to its caller.
        Task.WaitAny(_writing);
        _folderLock.Dispose();
    }

    private CheckpointInfo Write(CheckpointDraft draft, CheckpointHeader header, long lastValidStep)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            (CheckpointName name, CheckpointInfo info) = new CheckpointWriter(Folder, CreateFile).Write(draft, header);
            SeqGanTelemetry.CheckpointsWritten.Record(1);
            SeqGanTelemetry.CheckpointSize.Record(info.Size);
            Log.CheckpointWritten(_logger, info.Path, info.Step, info.Size, Stopwatch.GetElapsedTime(start));
            _retention.Add(name, info, lastValidStep);
            return info;
        }
        catch (Exception exception)
        {
            GoBackTo(lastValidStep);
            SeqGanTelemetry.CheckpointsFailed.Record(1);
            CheckpointException? failure =
                CheckpointFailure.IsOfTheDisk(exception) ? CheckpointFailure.NotWritten(Folder, draft.Length, exception) : null;
            Log.CheckpointFailed(_logger, header.Step, (failure ?? exception).Message, exception);
            if (failure is not null)
                throw failure;
            throw;
        }
    }

    // One training at a time writes to a folder. The system releases the lock when the process ends, however it ends.
    private static FileStream TakeLock(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, LockFileName));
        if (file.LinkTarget is not null)
            throw new CheckpointException(folder, $"'{file.FullName}' is a link to a lock elsewhere. Remove it, or choose another folder.");
        try
        {
            // The file stays: removing it could remove one that another training has just locked.
            return new FileStream(file.FullName, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (CheckpointFailure.IsSharingViolation(exception))
        {
            throw new CheckpointException(
                folder, $"Another training writes its checkpoints to '{folder}'. Wait until it has ended, or choose a folder for each.",
                exception);
        }
    }

    private void RemoveLeftOvers()
    {
        try
        {
            var exceptLinks = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint };
            IEnumerable<string> hidden = Directory.EnumerateDirectories(Folder, ".*", exceptLinks);
            foreach (string path in hidden.Where(path => CheckpointName.IsLeftOver(Path.GetFileName(path))))
                Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
            Log.CheckpointNotRemoved(_logger, Folder, exception.Message);
        }
    }
}
