using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqGan;

/// <summary>Floats that begin on a cache line and never move.</summary>
internal sealed unsafe class AlignedFloats
{
    private const int LineBytes = 64, LineFloats = LineBytes / sizeof(float);

    private float[] _values = [];

    /// <summary>The first; valid while this object lives and until more room is asked for.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Sets so many to 0, which may be more than a span holds.</summary>
    public static void Clear(float* values, long count) => NativeMemory.Clear(values, checked((nuint)count * sizeof(float)));

    /// <summary>Makes room for so many. What was there is lost where there was less room; it is then 0.</summary>
    public float* Reserve(long count)
    {
        if (_values.Length < count + LineFloats)
        {
            _values = GC.AllocateArray<float>(checked((int)(count + LineFloats)), pinned: true);
            nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_values));
            Pointer = (float*)((address + LineBytes - 1) & ~(nuint)(LineBytes - 1));
        }

        return Pointer;
    }
}
