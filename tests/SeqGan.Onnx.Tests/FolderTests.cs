namespace SeqGan.Tests;

/// <summary>Where models are written, and what is refused.</summary>
public sealed class FolderTests : IDisposable
{
    private static readonly CompiledPolicy s_policy = TestPolicies.Create(new SequenceFormat(5, 4));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Save_NewOrEmptyFolder_HasTheModelAlone()
    {
        string empty = Directory.CreateDirectory(_folder.Combine("empty")).FullName;
        foreach (string folder in (string[])[empty, _folder.Combine("new", "nested") + Path.DirectorySeparatorChar])
        {
            OnnxExport.Save(s_policy, folder);
            Assert.Equal([OnnxExport.GeneratorFileName], Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName));
        }
    }

    [Fact]
    public void Save_FolderWithAFile_LeavesItAsItWas()
    {
        string mine = _folder.Combine(OnnxExport.GeneratorFileName);
        File.WriteAllText(mine, "mine");

        var error = Assert.Throws<IOException>(() => OnnxExport.Save(s_policy, _folder.FullName));

        Assert.Equal(
            $"The folder '{_folder.FullName}' is not empty: it has 'generator.onnx'. Name a new or an empty one. Nothing was written.",
            error.Message);
        Assert.Equal([mine], Directory.EnumerateFileSystemEntries(_folder.FullName));
        Assert.Equal("mine", File.ReadAllText(mine));
    }

    [Fact]
    public void Save_FileInTheFoldersPlace_SaysSo()
    {
        string file = _folder.Combine("file");
        File.WriteAllText(file, "mine");

        var error = Assert.Throws<IOException>(() => OnnxExport.Save(s_policy, file));

        Assert.Contains("is a file; name a new or an empty folder", error.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(file));
        Assert.ThrowsAny<IOException>(() => OnnxExport.Save(s_policy, Path.Combine(file, "below")));
    }

    [Fact]
    public void Write_AFileFails_LeavesNothing()
    {
        global::Onnx.ModelProto model = GeneratorGraph.Create(s_policy);
        string folder = _folder.Combine("onnx");

        // The second file finds the first in its place.
        Assert.ThrowsAny<IOException>(() => ExportFolder.Write(folder, [("a.onnx", model), ("a.onnx", model)]));

        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public void Write_AFileFailsInANestedFolder_LeavesTheFoldersThatWere()
    {
        global::Onnx.ModelProto model = GeneratorGraph.Create(s_policy);
        string there = Directory.CreateDirectory(_folder.Combine("there")).FullName;
        string nested = Path.Combine(there, "new", "nested") + Path.DirectorySeparatorChar;

        Assert.ThrowsAny<IOException>(() => ExportFolder.Write(nested, [("a.onnx", model), ("a.onnx", model)]));

        Assert.Empty(Directory.EnumerateFileSystemEntries(there));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Save_BlankFolder_IsRefused(string folder) => Assert.Throws<ArgumentException>(() => OnnxExport.Save(s_policy, folder));

    [Fact]
    public void Weights_MoreThanAFileHolds_AreRefused()
    {
        var graph = new OnnxGraph("generator", "", largest: 100);
        graph.Weights("a", [20], new float[20]);

        var error = Assert.Throws<NotSupportedException>(() => graph.Weights("b", [6], new float[6]));

        Assert.Equal(
            "The generator cannot be exported: its weights and metadata have 104 bytes or more; an ONNX file holds at most 100.",
            error.Message);
    }
}
