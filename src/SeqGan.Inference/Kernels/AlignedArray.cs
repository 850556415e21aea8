namespace SeqGan;

/// <summary>Numbers that the garbage collector neither moves nor forgets to free, on a boundary that suits vectors; 0 at first.</summary>
internal sealed unsafe class AlignedArray
{
    private const int Alignment = 64;

    private readonly float[] _values;
    private readonly int _offset;

    public AlignedArray(long length)
    {
        long room = length + (Alignment / sizeof(float));
        if (room > Array.MaxLength)
            throw new InvalidWeightsException($"The network needs an array of {length} numbers; at most {Array.MaxLength - (Alignment / sizeof(float))} are possible.");
        _values = GC.AllocateArray<float>((int)room, pinned: true);
        Length = (int)length;
        fixed (float* start = _values)
            _offset = (int)((Alignment - ((nint)start % Alignment)) % Alignment) / sizeof(float);
    }

    public int Length { get; }

    /// <summary>Stays valid as long as this object is reachable.</summary>
    public float* Pointer
    {
        get
        {
            fixed (float* start = _values)
                return start + _offset;
        }
    }

    public Span<float> Span => _values.AsSpan(_offset, Length);
}
