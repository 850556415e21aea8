using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-safetensors-");

    private string FilePath => Path.Combine(_folder.FullName, "w.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_ThenRead_GivesEveryBitBack()
    {
        Gen<NamedTensor> tensor =
            from shape in Gen.Long[0, 4].Array[0, 4]
            from values in Gen.Single.Array[(int)shape.Aggregate(1L, (product, dimension) => product * dimension)]
            from name in Gen.String
            where Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name && name != "__metadata__"
            select new NamedTensor(name, shape, values);

        tensor.Array[0, 6].Where(tensors => tensors.DistinctBy(t => t.Name).Count() == tensors.Length).Sample(
            tensors =>
            {
                var metadata = tensors.ToDictionary(t => t.Name + "?", t => t.Name);
                SafetensorsWriter.Write(FilePath, tensors, metadata);
                SafetensorsFile read = SafetensorsFile.Read(FilePath);

                Assert.Equal(tensors.Select(t => t.Name), read.Names);
                Assert.Equal(metadata, read.Metadata);
                foreach (NamedTensor expected in tensors)
                {
                    Assert.Equal(expected.Shape, read[expected.Name].Shape);
                    Assert.Equal(
                        expected.Values.ToArray().Select(BitConverter.SingleToInt32Bits),
                        read.ReadSingle(expected.Name).Select(BitConverter.SingleToInt32Bits));
                }
            },
            iter: 200,
            threads: 1);
    }

    [Fact]
    public void Write_Always_FollowsTheFormat()
    {
        SafetensorsWriter.Write(FilePath, [new NamedTensor("w", [2], new[] { 1f, -2f }), new NamedTensor("s", [], new[] { 0.5f })],
            new Dictionary<string, string> { ["k"] = "v" });
        byte[] bytes = File.ReadAllBytes(FilePath);

        int headerLength = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.Equal(0, headerLength % 8);
        Assert.Equal(8 + headerLength + 12, bytes.Length);
        using JsonDocument header = JsonDocument.Parse(bytes.AsMemory(8, headerLength));
        Assert.Equal("v", header.RootElement.GetProperty("__metadata__").GetProperty("k").GetString());
        Assert.Equal("""{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", header.RootElement.GetProperty("w").GetRawText());
        Assert.Equal("""{"dtype":"F32","shape":[],"data_offsets":[8,12]}""", header.RootElement.GetProperty("s").GetRawText());
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F], bytes[^12..]);
    }

    [Fact]
    public void Write_LargeTensor_KeepsEveryValue()
    {
        float[] values = [.. Enumerable.Range(0, 50_001).Select(i => i * 0.25f)];
        SafetensorsWriter.Write(FilePath, [new NamedTensor("w", [50_001], values)]);
        Assert.Equal(values, SafetensorsFile.Read(FilePath).ReadSingle("w"));
    }

    [Fact]
    public void Write_FileExists_ReplacesItAndLeavesNothingElse()
    {
        SafetensorsWriter.Write(FilePath, [new NamedTensor("old", [1], new float[1])]);
        SafetensorsWriter.Write(FilePath, [new NamedTensor("new", [1], new float[1])]);
        Assert.Equal(["new"], SafetensorsFile.Read(FilePath).Names);
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public void Write_PlaceCannotBeReplaced_LeavesNoTemporaryFile()
    {
        Directory.CreateDirectory(FilePath);
        Assert.ThrowsAny<Exception>(() => SafetensorsWriter.Write(FilePath, [new NamedTensor("w", [1], new float[1])]));
        Assert.Empty(_folder.GetFiles());
    }

    [Theory]
    [InlineData("a", "a", 1L, "Two tensors are named 'a'")]
    [InlineData("a", "__metadata__", 1L, "reserves that name")]
    [InlineData("a", "b", 2L, "Tensor 'b' has 1 values; its shape is [2]")]
    [InlineData("a", "b", -1L, "its shape is [-1]")]
    public void Write_ContradictoryTensors_Throws(string first, string second, long dimension, string message)
    {
        var exception = Assert.Throws<ArgumentException>(
            () => SafetensorsWriter.Write(FilePath,
                [new NamedTensor(first, [1], new float[1]), new NamedTensor(second, [dimension], new float[1])]));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void ReadSingle_EachFloatType_IsConverted()
    {
        byte[] data = new byte[32];
        BinaryPrimitives.WriteDoubleLittleEndian(data, 0.1);
        BinaryPrimitives.WriteDoubleLittleEndian(data.AsSpan(8), -3);
        BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(16), 0.1f);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(20), (Half)0.5);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(22), Half.NaN);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(24), 0x3FC0);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(26), 0xFF80);
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.File(
            """
            {"d":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"f":{"dtype":"F32","shape":[],"data_offsets":[16,20]},
             "h":{"dtype":"F16","shape":[2],"data_offsets":[20,24]},"b":{"dtype":"BF16","shape":[1,2],"data_offsets":[24,28]},
             "i":{"dtype":"I32","shape":[1],"data_offsets":[28,32]}}   
            """,
            data));

        Assert.Equal([0.1f, -3f], file.ReadSingle("d"));
        Assert.Equal([0.1f], file.ReadSingle("f"));
        Assert.Equal([0.5f, float.NaN], file.ReadSingle("h"));
        Assert.Equal([1.5f, float.NegativeInfinity], file.ReadSingle("b", 1, 2));
        var exception = Assert.Throws<InvalidWeightsException>(() => file.ReadSingle("i"));
        Assert.Equal("w.safetensors: tensor 'i': dtype I32 cannot be weights; it must be F32, F64, F16 or BF16.", exception.Message);
    }

    [Fact]
    public void ReadSingle_OtherShape_NamesBoth()
    {
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.Valid());
        var exception = Assert.Throws<InvalidWeightsException>(() => file.ReadSingle("a", 3, 2));
        Assert.Equal("w.safetensors: tensor 'a': shape [2, 3] does not fit; it must be [3, 2].", exception.Message);
    }

    [Fact]
    public void ReadSingle_UnknownName_ListsTheNames()
    {
        SafetensorsFile file = SafetensorsBytes.Read(SafetensorsBytes.Valid());
        var exception = Assert.Throws<InvalidWeightsException>(() => file.ReadSingle("c"));
        Assert.Equal("w.safetensors: tensor 'c' is missing; the file has 'a', 'b'.", exception.Message);
        Assert.False(file.Contains("c"));
    }

    [Fact]
    public void Read_StreamThatCannotSeek_IsRead()
    {
        using var stream = new ForwardOnlyStream(SafetensorsBytes.Valid());
        Assert.Equal("by hand", SafetensorsFile.Read(stream, "pipe").Metadata["made"]);
    }

    [Fact]
    public void Read_NoTensors_IsValid() => Assert.Empty(SafetensorsBytes.Read(SafetensorsBytes.File("{}")).Names);

    [Fact]
    public void Read_UnknownField_IsSkipped() =>
        Assert.Equal(
            ["a"], SafetensorsBytes
            .Read(SafetensorsBytes.File("""{"a":{"new":{"x":[1]},"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")).Names);

    private sealed class ForwardOnlyStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
