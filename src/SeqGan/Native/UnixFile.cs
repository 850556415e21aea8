using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SeqGan;

/// <summary>Who may write a file on Linux.</summary>
[SupportedOSPlatform("linux")]
internal static partial class UnixFile
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint OwnerOnly = 0x8;
    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Whether the file or folder itself, not a link to it, is this user's and nobody else may write it.</summary>
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
