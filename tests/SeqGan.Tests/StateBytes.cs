using System.Buffers.Binary;
using System.Text;

namespace SeqGan.Tests;

/// <summary>States of components as bytes, and what strangers do to them.</summary>
internal static class StateBytes
{
    public static byte[] Of(ICheckpointable component)
    {
        using var stream = new MemoryStream();
        component.SaveState(stream);
        return stream.ToArray();
    }

    public static void Restore(ICheckpointable component, byte[] state)
    {
        using var stream = new MemoryStream(state, writable: false);
        component.RestoreState(stream, component.StateVersion);
    }

    /// <summary>Asserts that a state is refused, with a message, and that the component keeps its own.</summary>
    public static void AssertRefused(ICheckpointable component, byte[] state, string message)
    {
        byte[] before = Of(component);
        var error = Assert.Throws<InvalidDataException>(() => Restore(component, state));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Of(component));
    }

    /// <summary>
    /// Cuts and changes a state in many places: the component refuses and keeps its own, or takes a state over as a whole.
    /// </summary>
    public static void AssertNeverHalfTaken(ICheckpointable component, byte[] state, int changes)
    {
        byte[] before = Of(component);
        var key = new RandomKey(7, RandomPurpose.User);
        int header = HeaderLength(state);
        for (int change = 0; change < changes; change++)
        {
            byte[] changed = [.. state];
            // Half of them in the header, which is small.
            int at = (int)(key.NextUniform(change) * (change % 2 == 0 ? header : state.Length));
            if (change % 5 == 4)
                changed = changed[..at];
            else
                changed[at] = (byte)key.NextBits(change, 1);
            try
            {
                Restore(component, changed);
                Restore(component, before);
            }
            catch (InvalidDataException)
            {
                Assert.True(Of(component).AsSpan().SequenceEqual(before), $"Change {change} at {at} was refused and changed something.");
            }
        }
    }

    /// <summary>A copy with other text of the same length in its header.</summary>
    public static byte[] WithText(byte[] state, string old, string text)
    {
        byte[] changed = [.. state];
        int at = state.AsSpan(0, HeaderLength(state)).IndexOf(Encoding.UTF8.GetBytes(old));
        Assert.True(at >= 0 && old.Length == text.Length, old);
        Encoding.UTF8.GetBytes(text).CopyTo(changed, at);
        return changed;
    }

    /// <summary>A copy with another first element of a tensor of floats.</summary>
    public static byte[] WithFloat(byte[] state, string tensor, float value)
    {
        byte[] changed = [.. state];
        BinaryPrimitives.WriteSingleLittleEndian(changed.AsSpan(PlaceOf(state, tensor)), value);
        return changed;
    }

    /// <summary>A copy with another integer.</summary>
    public static byte[] WithInteger(byte[] state, string tensor, long value)
    {
        byte[] changed = [.. state];
        BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(PlaceOf(state, tensor)), value);
        return changed;
    }

    public static IReadOnlyList<string> NamesIn(byte[] state) => SafetensorsFile.Read(new MemoryStream(state), "state").Names;

    private static int PlaceOf(byte[] state, string tensor) =>
        HeaderLength(state) + (int)SafetensorsFile.Read(new MemoryStream(state), "state")[tensor].Begin;

    private static int HeaderLength(byte[] state) => 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(state);
}
