using Microsoft.Win32.SafeHandles;

namespace SeqGan.Checkpoints;

/// <summary>File system operations that a safe reader and a durable writer need and .NET lacks.</summary>
internal static partial class CheckpointDisk
{
    private const int ReadOnly = 0;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    private static int NonBlocking => OperatingSystem.IsMacOS() ? 0x4 : 0x800;

    private static int NoFollow => OperatingSystem.IsMacOS() ? 0x100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000
        : 0x20000;

    /// <summary>Reads a regular file, if its length is valid. Follows no link, and never waits for the other end of a pipe.</summary>
    /// <exception cref="IOException">It cannot be read, or is not a regular file.</exception>
    /// <exception cref="InvalidDataException">Its length is not valid.</exception>
    public static byte[] Read(string path, Func<long, bool> isValidLength)
    {
        using SafeFileHandle handle = OpenFile(path);
        long length = LengthOf(handle);
        if (!isValidLength(length) || length > Array.MaxLength)
            throw new InvalidDataException($"it has {length} bytes");
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        for (int read = 0, count; read < bytes.Length; read += count)
        {
            count = RandomAccess.Read(handle, bytes.AsSpan(read), read);
            if (count == 0)
                throw new EndOfStreamException($"it ends after {read} of {length} bytes");
        }

        return bytes;
    }

    /// <summary>Makes the names in a folder survive a power failure; Windows does that without being asked.</summary>
    public static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        using SafeFileHandle handle = OpenUnix(path, ReadOnly | CloseOnExec);
        RandomAccess.FlushToDisk(handle);
    }

    public static bool IsLink(FileSystemInfo entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

    private static SafeFileHandle OpenFile(string path)
    {
        FileAttributes attributes = File.GetAttributes(path);
        if ((attributes & FileAttributes.ReparsePoint) != 0)
            throw new IOException("it is a link");
        if ((attributes & FileAttributes.Directory) != 0)
            throw new IOException("it is a folder");
        return OperatingSystem.IsWindows()
            ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete)
            : OpenUnix(path, ReadOnly | CloseOnExec | NonBlocking | NoFollow);
    }

    private static long LengthOf(SafeFileHandle handle)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException exception)
        {
            throw new IOException("it is a pipe or a device", exception);
        }
    }

    private static SafeFileHandle OpenUnix(string path, int flags)
    {
        SafeFileHandle handle = Open(path, flags);
        if (!handle.IsInvalid)
            return handle;
        int error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: '{path}'", error);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);
}
