using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SeqGan;

/// <summary>Keeps the repaired copy of TorchSharp's native library in a folder that only its user may write.</summary>
[SupportedOSPlatform("linux")]
internal static class PatchedLibraryCache
{
    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes sure that the folder holds the repaired copy of a library, byte for byte.</summary>
    /// <param name="folder">Created if need be; its owner and permissions are checked.</param>
    /// <param name="original">The library as it was shipped.</param>
    /// <param name="patched">The repaired copy.</param>
    /// <returns>The full path of the copy.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written, or others may write it.</exception>
    public static string Prepare(string folder, ReadOnlySpan<byte> original, ReadOnlySpan<byte> patched)
    {
        folder = Path.GetFullPath(folder);
        SecureFolder(folder);
        var path = Path.Combine(folder, $"libLibTorchSharp-{Fingerprint(original):x16}.so");
        if (!IsIntact(path, patched))
            Write(path, patched);
        return path;
    }

    // Only tells versions of the library apart, the content being compared before each use; FNV-1a over words spares the
    // start-up the loading of OpenSSL that a cryptographic hash would take.
    private static ulong Fingerprint(ReadOnlySpan<byte> content)
    {
        const ulong Prime = 0x100000001b3;
        var hash = 0xcbf29ce484222325 ^ (ulong)content.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(content))
            hash = (hash ^ word) * Prime;
        foreach (var rest in content[(content.Length & ~7)..])
            hash = (hash ^ rest) * Prime;
        return hash;
    }

    private static void SecureFolder(string folder)
    {
        Directory.CreateDirectory(folder, PrivateFolder);
        if (UnixFile.IsOwn(folder) && !UnixFile.IsPrivate(folder) && new DirectoryInfo(folder).LinkTarget is null)
            File.SetUnixFileMode(folder, PrivateFolder);
        if (!UnixFile.IsPrivate(folder))
            throw new UnauthorizedAccessException($"The folder '{folder}' belongs to another user, or is a link.");
    }

    private static bool IsIntact(string path, ReadOnlySpan<byte> expected) =>
        File.Exists(path)
        && UnixFile.IsPrivate(path)
        && new FileInfo(path).Length == expected.Length
        && expected.SequenceEqual(File.ReadAllBytes(path));

    // Renaming is atomic and leaves the old file to whoever has mapped it, so processes may do this at the same time.
    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        var temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = PrivateFile,
            };
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
