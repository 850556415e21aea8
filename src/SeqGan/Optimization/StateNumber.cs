using System.Buffers.Binary;

namespace SeqGan;

/// <summary>A number of a component's state, finite and at least 0.</summary>
internal sealed class StateNumber(string name, Func<double> get, Action<double> set) : StateValue(name)
{
    public override SafetensorsType Type => SafetensorsType.F64;

    public override long[] Shape => [];

    public override void Write(Stream destination)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, get());
        destination.Write(bytes);
    }

    public override Action Read(Stream source)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        source.ReadExactly(bytes);
        double value = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
        if (!(value >= 0 && double.IsFinite(value)))
            throw new InvalidDataException($"'{Name}' is {value}; it must be finite and at least 0.");
        return () => set(value);
    }
}
