using System.Numerics;

namespace SeqGan.Optimization;

/// <summary>One named part of a component's state: a tensor or a number.</summary>
internal abstract class StateValue(string name)
{
    public string Name => name;

    /// <summary>Whether a state without this value is valid, too.</summary>
    public virtual bool MayBeAbsent => false;

    /// <summary>Whether there is a value now.</summary>
    public virtual bool IsPresent => true;

    public abstract SafetensorsType Type { get; }

    public abstract long[] Shape { get; }

    /// <summary>Writes the present value.</summary>
    public abstract void Write(Stream destination);

    /// <summary>Reads and checks a value of this type and shape; the result takes it over, in the same dispose scope.</summary>
    /// <exception cref="InvalidDataException">The component could not have this value.</exception>
    public abstract Action Read(Stream source);

    /// <summary>Removes the value.</summary>
    public virtual void Clear()
    {
    }
}

/// <summary>A counter (<see cref="long"/>) or a number (<see cref="double"/>) in [0, <paramref name="maximum"/>].</summary>
internal sealed class StateNumber<T>(string name, Func<T> get, Action<T> set, T maximum) : StateValue(name)
    where T : unmanaged, INumber<T>
{
    public override SafetensorsType Type => typeof(T) == typeof(long) ? SafetensorsType.I64 : SafetensorsType.F64;

    public override long[] Shape => [];

    public override void Write(Stream destination)
    {
        T value = get();
        LittleEndian.Write(destination, MemoryMarshal.AsBytes(new Span<T>(ref value)), Type.Size);
    }

    public override Action Read(Stream source)
    {
        T value = default;
        LittleEndian.Read(source, MemoryMarshal.AsBytes(new Span<T>(ref value)), Type.Size);
        return value >= T.Zero && value <= maximum
            ? () => set(value)
            : throw new InvalidDataException($"'{Name}' is {value}; it must be in [0, {maximum}].");
    }
}

/// <summary>The valid elements of a tensor in a component's state: all, the finite ones, or those that are finite and at least 0.</summary>
internal enum StateRange { Any, Finite, NonNegative }

/// <summary>A tensor of a component's state, which is overwritten in place.</summary>
internal class StateTensor(string name, Tensor tensor, StateRange range) : StateValue(name)
{
    public override SafetensorsType Type { get; } = TensorData.TypeOf(tensor.dtype) ?? throw new NotSupportedException(
        $"'{name}' is a tensor of {tensor.dtype}, which a checkpoint cannot hold: "
        + "it holds floating-point numbers of 16 to 64 bits, integers and truth values.");

    public override long[] Shape { get; } = tensor.shape;

    public override void Write(Stream destination) => TensorData.Write(tensor, destination);

    public override Action Read(Stream source)
    {
        Tensor read = TensorData.Read(source, tensor.dtype, Shape);
        TensorData.Check(read, range, Name);
        return () => Take(read);
    }

    protected virtual void Take(Tensor read) => tensor.copy_(read);
}

/// <summary>A tensor that does not exist before its first use, like another one in type, shape and device.</summary>
internal sealed class LazyStateTensor(string name, Tensor like, Func<Tensor?> get, Action<Tensor?> set)
    : StateTensor(name, like, StateRange.Finite)
{
    private readonly Device _device = like.device;

    public override bool IsPresent => get() is not null;

    public override bool MayBeAbsent => true;

    public override void Write(Stream destination) => TensorData.Write(get()!, destination);

    public override void Clear() => Replace(null);

    protected override void Take(Tensor read) => Replace(read.to(_device).DetachFromDisposeScope());

    private void Replace(Tensor? tensor)
    {
        get()?.Dispose();
        set(tensor);
    }
}
