using System.Runtime.Versioning;
using Xunit;

namespace SeqGan.Tests;

[SupportedOSPlatform("linux")]
public sealed class PatchedLibraryCacheTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everybody = (UnixFileMode)511;

    private static readonly byte[] Original = "the library as it was shipped"u8.ToArray();
    private static readonly byte[] Patched = "the library as it is repaired"u8.ToArray();

    private readonly TemporaryFolder _temporary = new();

    public PatchedLibraryCacheTests() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux needs the repair.");

    private string Folder => _temporary.Combine("new", "cache");

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Prepare_NoFolder_WritesTheCopyForItsOwnerOnly()
    {
        var path = PatchedLibraryCache.Prepare(Folder, Original, Patched);

        Assert.Equal(Patched, File.ReadAllBytes(path));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.Equal([path], Directory.GetFiles(Folder));
    }

    [Fact]
    public void Prepare_IntactCopy_IsKept()
    {
        var path = PatchedLibraryCache.Prepare(Folder, Original, Patched);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);

        Assert.Equal(path, PatchedLibraryCache.Prepare(Folder, Original, Patched));

        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("the library as it is")]
    [InlineData("the library as it is repairee")]
    [InlineData("the library as it is repaired, and more")]
    public void Prepare_DamagedCopy_IsRebuilt(string content)
    {
        var path = PatchedLibraryCache.Prepare(Folder, Original, Patched);
        File.WriteAllText(path, content);

        Assert.Equal(path, PatchedLibraryCache.Prepare(Folder, Original, Patched));

        Assert.Equal(Patched, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Folder));
    }

    [Fact]
    public void Prepare_LibraryChanged_GetsACopyOfItsOwn()
    {
        var path = PatchedLibraryCache.Prepare(Folder, Original, Patched);

        var other = PatchedLibraryCache.Prepare(Folder, "the next version"u8, "the next version, repaired"u8);

        Assert.NotEqual(path, other);
        Assert.Equal(Patched, File.ReadAllBytes(path));
        Assert.Equal("the next version, repaired", File.ReadAllText(other));
    }

    [Fact]
    public void Prepare_ManyAtOnce_AllSeeTheWholeCopy()
    {
        var content = new byte[1 << 20];
        content.AsSpan().Fill(42);

        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 16 }, _ =>
            Assert.Equal(content, File.ReadAllBytes(PatchedLibraryCache.Prepare(Folder, Original, content))));

        Assert.Single(Directory.GetFiles(Folder));
    }

    [Fact]
    public void Prepare_FolderThatOthersMayWrite_IsClosedToThem()
    {
        Directory.CreateDirectory(Folder);
        File.SetUnixFileMode(Folder, Everybody);

        PatchedLibraryCache.Prepare(Folder, Original, Patched);

        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
    }

    [Fact]
    public void Prepare_CopyThatOthersMayWrite_IsReplaced()
    {
        var path = PatchedLibraryCache.Prepare(Folder, Original, Patched);
        File.SetUnixFileMode(path, Everybody);

        PatchedLibraryCache.Prepare(Folder, Original, Patched);

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Prepare_LinkInPlaceOfTheCopy_IsReplaced()
    {
        var path = PatchedLibraryCache.Prepare(Folder, Original, Patched);
        var elsewhere = _temporary.Combine("elsewhere");
        File.Move(path, elsewhere);
        File.CreateSymbolicLink(path, elsewhere);

        PatchedLibraryCache.Prepare(Folder, Original, Patched);

        Assert.Null(new FileInfo(path).LinkTarget);
        Assert.Equal(Patched, File.ReadAllBytes(path));
    }

    [Fact]
    public void Prepare_FolderIsALink_Refuses()
    {
        Directory.CreateDirectory(_temporary.Combine("elsewhere"));
        var link = _temporary.Combine("link");
        Directory.CreateSymbolicLink(link, _temporary.Combine("elsewhere"));

        var failure = Assert.Throws<UnauthorizedAccessException>(() => PatchedLibraryCache.Prepare(link, Original, Patched));

        Assert.Contains(link, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_FolderIsAFile_Refuses()
    {
        var file = _temporary.Combine("file");
        File.WriteAllText(file, "");

        Assert.ThrowsAny<IOException>(() => PatchedLibraryCache.Prepare(Path.Combine(file, "cache"), Original, Patched));
    }
}
