using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Optimization;

public class TensorDataTests
{
    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Bool,
        ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void WriteAndRead_OfAnyType_IsExact(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor tensor in new[] { arange(7).sub(3).to_type(type).view(7), ones(Array.Empty<long>(), dtype: type),
            zeros(0, 3, dtype: type), arange(12).view(3, 4).t().to_type(type) })
        {
            var stream = new MemoryStream();
            TensorData.Write(tensor, stream);
            Assert.Equal(tensor.NumberOfElements * TensorData.TypeOf(type)!.Size, stream.Length);
            stream.Position = 0;
            Tensor read = TensorData.Read(stream, type, tensor.shape);
            TensorData.Check(read, StateRange.Finite, "it");
            Assert.Equal(tensor.shape, read.shape);
            Assert.True(tensor.Equals(read));
        }
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Check_OfFloatingPointNumbers_FindsTheOneOutsideTheRange(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            Tensor tensor = torch.tensor(new[] { 1, 2, bad }).to_type(type);
            TensorData.Check(tensor, StateRange.Any, "it");
            Assert.Throws<InvalidDataException>(() => TensorData.Check(tensor, StateRange.Finite, "it"));
        }

        Tensor negative = torch.tensor(new[] { 1f, 2, -1 }).to_type(type);
        TensorData.Check(negative, StateRange.Finite, "it");
        Assert.Contains("'it' holds -1",
            Assert.Throws<InvalidDataException>(() => TensorData.Check(negative, StateRange.NonNegative, "it")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfABooleanThatIsNone_IsRefused()
    {
        using Tensor read = TensorData.Read(new MemoryStream([0, 1, 2]), ScalarType.Bool, [3]);
        Assert.Throws<InvalidDataException>(() => TensorData.Check(read, StateRange.Any, "it"));
    }

    [Fact]
    public void Read_OfTooFewBytes_Throws() =>
        Assert.Throws<EndOfStreamException>(() => TensorData.Read(new MemoryStream(new byte[7]), ScalarType.Float32, [2]));
}
