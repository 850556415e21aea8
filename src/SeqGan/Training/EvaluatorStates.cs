using System.Buffers.Binary;
using System.Text;

namespace SeqGan;

/// <summary>
/// The states of the evaluators that have one, in their order: for each the length of its type's name and the name as UTF-8, its
/// version, the length of its state and the state; numbers of 32 bits, little-endian.
/// </summary>
internal static class EvaluatorStates
{
    public static void Save(IEnumerable<IEvaluator> evaluators, Stream destination)
    {
        using var state = new MemoryStream();
        foreach (ICheckpointable evaluator in evaluators.OfType<ICheckpointable>())
        {
            state.SetLength(0);
            evaluator.SaveState(state);
            byte[] name = NameOf(evaluator);
            WriteNumber(destination, name.Length);
            destination.Write(name);
            WriteNumber(destination, evaluator.StateVersion);
            WriteNumber(destination, (int)state.Length);
            state.WriteTo(destination);
        }
    }

    /// <exception cref="InvalidDataException">The states are not those of these evaluators; these are unchanged.</exception>
    public static void Restore(IEnumerable<IEvaluator> evaluators, Stream source)
    {
        (ICheckpointable Evaluator, byte[] State, int Version)[] restored = [.. evaluators.OfType<ICheckpointable>().Select(evaluator => ReadFor(evaluator, source))];
        if (source.Position < source.Length)
            throw new InvalidDataException($"The state goes on behind those of the {restored.Length} evaluators that have one.");
        var undo = new Stack<(ICheckpointable Evaluator, byte[] State, int Version)>();
        try
        {
            foreach ((ICheckpointable evaluator, byte[] state, int version) in restored)
            {
                using var before = new MemoryStream();
                evaluator.SaveState(before);
                Restore(evaluator, state, version);
                undo.Push((evaluator, before.ToArray(), evaluator.StateVersion));
            }
        }
        catch
        {
            foreach ((ICheckpointable evaluator, byte[] state, int version) in undo)
                Restore(evaluator, state, version);
            throw;
        }
    }

    private static (ICheckpointable Evaluator, byte[] State, int Version) ReadFor(ICheckpointable evaluator, Stream source)
    {
        byte[] name = ReadBytes(source);
        if (!name.AsSpan().SequenceEqual(NameOf(evaluator)))
            throw new InvalidDataException($"The state is not one of the evaluator {evaluator.GetType()}: those with a state must be the same, in the same order.");
        int version = ReadNumber(source);
        if (version < 1 || version > evaluator.StateVersion)
            throw new InvalidDataException($"The state of the evaluator {evaluator.GetType()} has version {version}; it reads versions 1 to {evaluator.StateVersion}.");
        return (evaluator, ReadBytes(source), version);
    }

    private static void Restore(ICheckpointable evaluator, byte[] state, int version)
    {
        using var stream = new MemoryStream(state, writable: false);
        evaluator.RestoreState(stream, version);
    }

    private static byte[] NameOf(ICheckpointable evaluator) => Encoding.UTF8.GetBytes(evaluator.GetType().FullName!);

    private static void WriteNumber(Stream destination, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        destination.Write(bytes);
    }

    private static int ReadNumber(Stream source)
    {
        ThrowIfShorter(source, sizeof(int));
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        source.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private static byte[] ReadBytes(Stream source)
    {
        int length = ReadNumber(source);
        ThrowIfShorter(source, length);
        byte[] bytes = new byte[length];
        source.ReadExactly(bytes);
        return bytes;
    }

    private static void ThrowIfShorter(Stream source, int length)
    {
        long rest = source.Length - source.Position;
        if (length < 0 || length > rest)
            throw new InvalidDataException($"The states of the evaluators end early: {length} bytes are due, {rest} are there.");
    }
}
