using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>What a contiguous float32 tensor in main memory holds; valid as long as the tensor.</summary>
internal static unsafe class TensorMemory
{
    public static float* Of(Tensor tensor)
    {
        // The first element's alone: a span has at most 2^31 bytes.
        using Tensor first = tensor.view(-1).narrow(0, 0, 1);
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
