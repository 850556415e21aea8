using System.Text;
using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public sealed class SafetensorsHostileFileTests
{
    private const string A = """{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";
    private const string Punctuation = "{}[]\",:-0129.eFB\\u ";

    /// <summary>The file's header, how many bytes of data follow, and a part of the message.</summary>
    public static TheoryData<string, int, string> Headers => new()
    {
        { "", 0, "begins with '{'" },
        { "null", 0, "begins with '{'" },
        { "[]", 0, "begins with '{'" },
        { " {}", 0, "begins with '{'" },
        { "{", 0, "not valid JSON" },
        { "{}x", 0, "not valid JSON" },
        { "{} {}", 0, "not valid JSON" },
        { """{"a":""", 0, "not valid JSON" },
        { """{"a":{"dtype":"F32",}}""", 0, "not valid JSON" },
        { """{"\ud800":1}""", 0, "not valid JSON" },
        { "{\"a\":" + new string('[', 1000), 0, "'a': the entry is a StartArray" },
        { "{\"a\":{\"x\":" + new string('[', 1000), 0, "not valid JSON" },
        { $$"""{"a":{{A}},"a":{{A}} }""", 4, "names 'a' twice" },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "names '__metadata__' twice" },
        { """{"__metadata__":{"k":"1","k":"2"}}""", 0, "names 'k' twice" },
        { """{"__metadata__":[]}""", 0, "must be an object of strings" },
        { """{"__metadata__":{"k":1}}""", 0, "'k' is a Number; it must be a string" },
        { """{"a":1}""", 0, "'a': the entry is a Number" },
        { """{"a":{}}""", 0, "'a': dtype is missing" },
        { """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "'a': shape is missing" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a': data_offsets is missing" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'a': dtype occurs twice" },
        { """{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "'a': shape occurs twice" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", 4, "'a': data_offsets occurs twice" },
        { """{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "'a': dtype is a Number" },
        { """{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "'a': dtype 'F31' is not known; it must be one of F64, F32" },
        { """{"a":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}""", 4, "'a': shape is a String" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "'a': shape holds a String" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "'a': shape holds a Number that is not an integer" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "'a': shape holds a Number that is not an integer" },
        { """{"a":{"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]}}""", 4, "'a': shape holds a Number that is not an integer" },
        { """{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4,
            "'a': shape holds a Number that is not an integer" },
        { """{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}""", 4,
            "'a': shape [4611686018427387904, 4] overflows" },
        { """{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0,
            "'a': shape [4294967296, 4294967296, 0] overflows" },
        { "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + string.Join(",", Enumerable.Repeat("1", 65)) + "],\"data_offsets\":[0,4]}}", 4,
            "'a': shape has more than 64 numbers" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":4}}""", 4, "'a': data_offsets is a Number" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", 4, "'a': data_offsets has 1 numbers" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 8, "'a': data_offsets has more than 2 numbers" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "'a': data_offsets holds a Number that is not an integer" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "'a': data_offsets [4, 0] are reversed" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4,
            "'a': data_offsets [0, 8] reach beyond the data; they must be in [0, 4]" },
        { """{"a":{"dtype":"F32","shape":[2000000000],"data_offsets":[0,8000000000]}}""", 4, "reach beyond the data" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4, "reach beyond the data" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4,
            "'a': shape [2] of F32 needs 8 bytes; data_offsets [0, 4] give 4" },
        { """{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}""", 4, "'a': shape [1] of F64 needs 8 bytes" },
        { """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,4]}}""", 4, "'a': shape [0] of F32 needs 0 bytes" },
        { $$"""{"a":{{A}},"b":{{A}} }""", 4, "'b': data_offsets [0, 4] overlap the tensor before it; the begin must be 4" },
        { $$"""{"a":{"dtype":"F32","shape":[2],"data_offsets":[2,10]},"b":{{A}} }""", 10, "'a': data_offsets [2, 10] overlap" },
        { $$"""{"a":{{A}},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]} }""", 12,
            "'b': data_offsets [8, 12] leave a hole before it; the begin must be 4" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8,
            "'a': data_offsets [4, 8] leave a hole before it; the begin must be 0" },
        { $$"""{"a":{{A}} }""", 5, "1 bytes after the last tensor belong to none; the data must end at byte 4" },
        { "{}", 1, "1 bytes after the last tensor" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void Read_HostileHeader_NamesFileAndProblem(string header, int dataLength, string message)
    {
        var exception = Assert.Throws<InvalidWeightsException>(
            () => SafetensorsBytes.Read(SafetensorsBytes.File(header, new byte[dataLength])));
        Assert.StartsWith("w.safetensors: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void Read_ShorterThanItsLengthField_Throws(int length)
    {
        var exception = Assert.Throws<InvalidWeightsException>(() => SafetensorsBytes.Read(new byte[length]));
        Assert.Contains($"has {length} bytes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(100_000_001UL)]
    [InlineData((ulong)int.MaxValue)]
    [InlineData((ulong)long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void Read_HeaderLongerThanTheFile_ThrowsWithoutTakingMemory(ulong headerLength)
    {
        byte[] bytes = SafetensorsBytes.File(headerLength, "{}"u8.ToArray());
        long before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<InvalidWeightsException>(() => SafetensorsBytes.Read(bytes));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        Assert.Contains($"{headerLength} bytes; only 2 follow", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HeaderOverTheLimit_ThrowsBeforeReadingIt()
    {
        using var stream = new EndlessStream(200_000_000, 100_000_001);
        var exception = Assert.Throws<InvalidWeightsException>(() => SafetensorsFile.Read(stream, "w.safetensors"));
        Assert.Contains("100000001 bytes; at most 100000000 are valid", exception.Message, StringComparison.Ordinal);
        Assert.Equal(8, stream.Position);
    }

    [Fact]
    public void Read_MoreDataThanAnArrayHolds_Throws()
    {
        using var stream = new EndlessStream(5_000_000_000, 2);
        var exception = Assert.Throws<InvalidWeightsException>(() => SafetensorsFile.Read(stream, "w.safetensors"));
        Assert.Contains("4999999990 bytes; at most", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextThatIsNotUtf8_Throws()
    {
        byte[] header = [.. "{\""u8, 0xFF, 0xFE, .. "\":1}"u8];
        var exception = Assert.Throws<InvalidWeightsException>(
            () => SafetensorsBytes.Read(SafetensorsBytes.File((ulong)header.Length, header)));
        Assert.Contains("not valid JSON", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileCutOffAnywhere_Throws()
    {
        byte[] valid = SafetensorsBytes.Valid();
        for (int length = 0; length < valid.Length; length++)
            Assert.Throws<InvalidWeightsException>(() => SafetensorsBytes.Read(valid[..length]));
    }

    [Fact]
    public void Read_FileThatShrinks_Throws()
    {
        byte[] valid = SafetensorsBytes.Valid();
        using var stream = new ShrinkingStream(valid[..^10], valid.Length);
        var exception = Assert.Throws<InvalidWeightsException>(() => SafetensorsFile.Read(stream, "w.safetensors"));
        Assert.Contains("became shorter", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RandomMutations_ThrowNothingElse()
    {
        byte[] valid = SafetensorsBytes.Valid();
        Gen<byte> texture = Gen.OneOf(Gen.Byte, Gen.Int[0, Punctuation.Length - 1].Select(i => (byte)Punctuation[i]));
        Gen<(int At, int Remove, byte[] Insert)> edit = Gen.Select(Gen.Int[0, valid.Length], Gen.Int[0, 6], texture.Array[0, 6]);
        edit.Array[1, 4].Sample(
            edits =>
            {
                List<byte> bytes = [.. valid];
                foreach ((int at, int remove, byte[] insert) in edits)
                {
                    int start = Math.Min(at, bytes.Count);
                    bytes.RemoveRange(start, Math.Min(remove, bytes.Count - start));
                    bytes.InsertRange(start, insert);
                }

                // A valid length field lets the mutation reach the header.
                if (bytes.Count > 8 + 32)
                    BitConverter.TryWriteBytes(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes),
                        (ulong)(bytes.Count - 8 - 32));
                ReadOrRefuse([.. bytes]);
            },
            iter: 50_000);
    }

    [Fact]
    public void Read_RandomBytes_ThrowNothingElse() => Gen.Byte.Array[0, 64].Sample(ReadOrRefuse, iter: 20_000);

    private static void ReadOrRefuse(byte[] bytes)
    {
        try
        {
            SafetensorsFile file = SafetensorsBytes.Read(bytes);
            foreach (string name in file.Names)
                file.ReadSingle(name);
        }
        catch (InvalidWeightsException)
        {
        }
    }

    /// <summary>A stream that says it is long and holds a header's length, then zeros.</summary>
    private sealed class EndlessStream(long length, ulong headerLength)
        : MemoryStream(SafetensorsBytes.File(headerLength, Encoding.UTF8.GetBytes("{}")))
    {
        public override long Length => length;
    }

    private sealed class ShrinkingStream(byte[] bytes, long length) : MemoryStream(bytes)
    {
        public override long Length => length;
    }
}
