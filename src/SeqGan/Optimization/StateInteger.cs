using System.Buffers.Binary;

namespace SeqGan;

/// <summary>A counter of a component's state, in [0, <paramref name="maximum"/>].</summary>
internal sealed class StateInteger(string name, Func<long> get, Action<long> set, long maximum) : StateValue(name)
{
    public override SafetensorsType Type => SafetensorsType.I64;

    public override long[] Shape => [];

    public override void Write(Stream destination)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, get());
        destination.Write(bytes);
    }

    public override Action Read(Stream source)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        source.ReadExactly(bytes);
        long value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (value < 0 || value > maximum)
            throw new InvalidDataException($"'{Name}' is {value}; it must be in [0, {maximum}].");
        return () => set(value);
    }
}
