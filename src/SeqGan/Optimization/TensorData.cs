namespace SeqGan.Optimization;

/// <summary>The elements of tensors in streams.</summary>
internal static unsafe class TensorData
{
    // A multiple of every element's size. A span has at most 2^31 bytes.
    private const int PieceLength = 1 << 30;

    /// <summary>A type's name in safetensors; null if the format does not have it.</summary>
    public static SafetensorsType? TypeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => SafetensorsType.F64,
        ScalarType.Float32 => SafetensorsType.F32,
        ScalarType.Float16 => SafetensorsType.F16,
        ScalarType.BFloat16 => SafetensorsType.BF16,
        ScalarType.Bool => SafetensorsType.Bool,
        ScalarType.Byte => SafetensorsType.U8,
        ScalarType.Int8 => SafetensorsType.I8,
        ScalarType.Int16 => SafetensorsType.I16,
        ScalarType.Int32 => SafetensorsType.I32,
        ScalarType.Int64 => SafetensorsType.I64,
        _ => null,
    };

    /// <summary>Writes a tensor's elements in row-major order.</summary>
    public static void Write(Tensor tensor, Stream destination)
    {
        using var scope = NewDisposeScope();
        Tensor plain = tensor.detach().cpu().contiguous();
        int size = TypeOf(tensor.dtype)!.Size;
        for (long start = 0; start < LengthOf(plain); start += PieceLength)
            LittleEndian.Write(destination, Piece(plain, start), size);
    }

    /// <summary>Reads a tensor on the CPU.</summary>
    /// <exception cref="EndOfStreamException">The stream ends before it.</exception>
    public static Tensor Read(Stream source, ScalarType type, long[] shape)
    {
        Tensor tensor = empty(shape, dtype: type, device: CPU);
        int size = TypeOf(type)!.Size;
        for (long start = 0; start < LengthOf(tensor); start += PieceLength)
            LittleEndian.Read(source, Piece(tensor, start), size);
        return tensor;
    }

    /// <summary>Checks the elements of a tensor on the CPU.</summary>
    /// <exception cref="InvalidDataException">One is outside the range.</exception>
    public static void Check(Tensor tensor, StateRange range, string name)
    {
        long truthValues = tensor.dtype == ScalarType.Bool ? LengthOf(tensor) : 0;
        for (long start = 0; start < truthValues; start += PieceLength)
        {
            // The behaviour of native code with another truth value is undefined.
            if (Piece(tensor, start).ContainsAnyExceptInRange((byte)0, (byte)1))
                throw new InvalidDataException($"'{name}' holds a byte that is no truth value; it must be 0 or 1.");
        }

        if (range == StateRange.Any || !tensor.is_floating_point())
            return;
        using var scope = NewDisposeScope();
        using Scalar zero = 0;
        Tensor isValid = range == StateRange.NonNegative ? tensor.isfinite().logical_and(tensor.ge(zero)) : tensor.isfinite();
        if (isValid.all().item<bool>())
            return;
        double value = tensor.masked_select(isValid.logical_not())[0].to_type(ScalarType.Float64).item<double>();
        string valid = range == StateRange.NonNegative ? "finite and at least 0" : "finite";
        throw new InvalidDataException($"'{name}' holds {value:G9}; its elements must be {valid}.");
    }

    private static long LengthOf(Tensor tensor) => tensor.NumberOfElements * TypeOf(tensor.dtype)!.Size;

    private static Span<byte> Piece(Tensor tensor, long start) =>
        new(TensorMemory.OfBytes(tensor) + start, (int)Math.Min(PieceLength, LengthOf(tensor) - start));
}
