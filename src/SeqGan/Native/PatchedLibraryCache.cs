using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Versioning;

namespace SeqGan.Native;

/// <summary>Keeps the repaired copy of TorchSharp's native library in a folder that only its user may write.</summary>
[SupportedOSPlatform("linux")]
internal static class PatchedLibraryCache
{
    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes sure that the folder holds the repaired copy of a library, byte for byte, and returns the copy's full path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written, or others may write it.</exception>
    public static string Prepare(string folder, ReadOnlySpan<byte> original, ReadOnlySpan<byte> patched)
    {
        folder = Path.GetFullPath(folder);
        SecureFolder(folder);
        var path = Path.Combine(folder, $"libLibTorchSharp-{Fingerprint(original):x8}.so");
        if (!File.Exists(path) || !UnixFile.IsPrivate(path) || !patched.SequenceEqual(File.ReadAllBytes(path)))
            Write(path, patched);
        return path;
    }

    // It only distinguishes versions of the library, since the content is compared before each use. A cryptographic hash would load
    // OpenSSL at start-up.
    private static uint Fingerprint(ReadOnlySpan<byte> content)
    {
        var checksum = (uint)content.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(content))
            checksum = BitOperations.Crc32C(checksum, word);
        return checksum;
    }

    private static void SecureFolder(string folder)
    {
        Directory.CreateDirectory(folder, PrivateFolder);
        if (UnixFile.IsOwn(folder) && !UnixFile.IsPrivate(folder) && new DirectoryInfo(folder).LinkTarget is null)
            File.SetUnixFileMode(folder, PrivateFolder);
        if (!UnixFile.IsPrivate(folder))
            throw new UnauthorizedAccessException($"The folder '{folder}' belongs to another user, or is a link.");
    }

    // Renaming is atomic and leaves the old file to processes that have mapped it, so several processes may do this at once.
    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile };
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

/// <summary>Who may write a file on Linux.</summary>
[SupportedOSPlatform("linux")]
internal static partial class UnixFile
{
    private const int CurrentFolder = -100, NoFollow = 0x100;
    private const uint OwnerOnly = 0x8;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether the path is not a link, belongs to this user, and nobody else may write to it.</summary>
    public static bool IsPrivate(string path) =>
        IsOwn(path) && new FileInfo(path).LinkTarget is null && (File.GetUnixFileMode(path) & OthersWrite) == 0;

    /// <summary>Whether the file, folder or link belongs to the user that this process runs as.</summary>
    public static bool IsOwn(string path)
    {
        // struct statx has the same layout everywhere: 256 bytes, the owner at offset 20.
        Span<byte> status = stackalloc byte[256];
        return Status(CurrentFolder, path, NoFollow, OwnerOnly, ref MemoryMarshal.GetReference(status)) == 0
            && BinaryPrimitives.ReadUInt32LittleEndian(status[20..]) == EffectiveUser();
    }

    [LibraryImport("libc.so.6", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc.so.6", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
