using System.Runtime.InteropServices;

namespace SeqGan.Numerics;

/// <summary>Numbers at an address that never moves, on a boundary that suits every vector; 0 at first.</summary>
internal sealed unsafe class AlignedArray
{
    private const int Alignment = 64, Slack = Alignment / sizeof(float);

    private float[] _values = [];
    private int _offset;

    public AlignedArray(long length = 0) => Reserve(length);

    public int Length { get; private set; }

    /// <summary>The first number; valid while this object is reachable and until <see cref="Reserve"/> needs more memory.</summary>
    public float* Pointer { get; private set; }

    public Span<float> Span => _values.AsSpan(_offset, Length);

    /// <summary>Makes room. If that needs more memory, the old numbers are lost and all are 0; otherwise they stay.</summary>
    public float* Reserve(long length)
    {
        if (length > Length)
        {
            if (length > Array.MaxLength - Slack)
                throw new InvalidWeightsException(
                    $"The network needs an array of {length} numbers; at most {Array.MaxLength - Slack} are possible.");
            _values = GC.AllocateArray<float>((int)length + Slack, pinned: true);
            float* start = (float*)Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);
            _offset = (int)((Alignment - ((nint)start % Alignment)) % Alignment) / sizeof(float);
            Length = (int)length;
            Pointer = start + _offset;
        }

        return Pointer;
    }

    /// <summary>Sets numbers to 0; there may be more than a span holds.</summary>
    public static void Clear(float* values, long count) => NativeMemory.Clear(values, checked((nuint)count * sizeof(float)));
}
