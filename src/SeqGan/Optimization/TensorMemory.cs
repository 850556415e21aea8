namespace SeqGan.Optimization;

/// <summary>The memory of tensors that managed code can work on.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether the elements are contiguous floats in this process's memory.</summary>
    public static bool IsPlain(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU && tensor.dtype == ScalarType.Float32 && !tensor.is_sparse && tensor.is_contiguous()
        && tensor.NumberOfElements <= int.MaxValue / sizeof(float);

    /// <summary>The first of the contiguous floats on the CPU; valid while the tensor lives.</summary>
    public static float* Of(Tensor tensor) => (float*)Of(tensor, ScalarType.Float32);

    /// <summary>As <see cref="Of(Tensor)"/>, for 64-bit integers.</summary>
    public static long* OfIntegers(Tensor tensor) => (long*)Of(tensor, ScalarType.Int64);

    /// <summary>The first byte of a contiguous tensor of any type on the CPU; valid while the tensor lives.</summary>
    public static byte* OfBytes(Tensor tensor) => Of(tensor, tensor.dtype);

    private static byte* Of(Tensor tensor, ScalarType type)
    {
        if (tensor.dtype != type)
            throw new InvalidOperationException($"The tensor holds {tensor.dtype}, not {type}.");
        if (tensor.device_type != DeviceType.CPU || !tensor.is_contiguous())
            throw new InvalidOperationException($"A tensor of {tensor.dtype} on {tensor.device} is not contiguous on the CPU.");

        // Of the first element alone: a span has at most 2^31 bytes.
        using Tensor flat = tensor.view(-1), first = flat.narrow(0, 0, 1);
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
