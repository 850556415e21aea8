using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>The memory of tensors that managed code can work on.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Whether the elements lie as floats one after the other where this process can read them.</summary>
    public static bool IsPlain(Tensor tensor) =>
        tensor.device_type == DeviceType.CPU
        && tensor.dtype == ScalarType.Float32
        && !tensor.is_sparse
        && tensor.is_contiguous()
        && tensor.NumberOfElements <= int.MaxValue / sizeof(float);

    /// <summary>The first element; valid while the tensor lives.</summary>
    public static float* Of(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
