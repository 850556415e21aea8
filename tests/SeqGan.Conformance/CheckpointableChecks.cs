namespace SeqGan.Conformance;

/// <summary>What a component whose state goes into checkpoints promises.</summary>
/// <param name="runner">Keeps what is found.</param>
/// <param name="factory">Makes instances that differ in nothing.</param>
/// <param name="use">Changes an instance's state and returns all that can be seen of it.</param>
internal sealed class CheckpointableChecks<T>(CheckRunner runner, Func<T> factory, Func<T, Task<float[]>> use)
    where T : class
{
    private const int Uses = 2;

    /// <summary>Runs the checks where the instances are checkpointable.</summary>
    public async Task RunAsync()
    {
        await using (var instance = new Instance<T>(factory))
        {
            if (instance.Value is not ICheckpointable)
                return;
        }

        await runner.CheckAsync("a fresh instance with a restored state continues like the one that saved it", FreshAsync)
            .ConfigureAwait(false);
        await runner.CheckAsync("a restored state takes back what came after it", TakenBackAsync).ConfigureAwait(false);
        await runner.CheckAsync("saving a state changes nothing", SavingAsync).ConfigureAwait(false);
        await runner.CheckAsync("the same state is saved as the same bytes", SameBytesAsync).ConfigureAwait(false);
        await runner.CheckAsync("the streams of a state stay open", StreamsAsync).ConfigureAwait(false);
        await runner.CheckAsync("a state that is cut off or of other bytes throws InvalidDataException and changes nothing", DamagedAsync)
            .ConfigureAwait(false);
    }

    private static byte[] Save(T instance)
    {
        using var stream = new MemoryStream();
        ((ICheckpointable)instance).SaveState(stream);
        return stream.ToArray();
    }

    private static void Restore(T instance, byte[] state)
    {
        var checkpointable = (ICheckpointable)instance;
        using var stream = new MemoryStream(state, writable: false);
        checkpointable.RestoreState(stream, checkpointable.StateVersion);
    }

    // Bit for bit, and a value that is no number is the same as another.
    private static void Same(string what, float[] expected, float[] actual) => Promise.SameValues(what, expected, actual, tolerance: 0);

    private static void SameBytes(string what, byte[] expected, byte[] actual)
    {
        int same = expected.AsSpan().CommonPrefixLength(actual);
        Promise.That(expected.Length == actual.Length, $"{what}: the state has {actual.Length} bytes; it had {expected.Length}.");
        Promise.That(same == expected.Length, $"{what}: byte {same} of the state's {expected.Length} is another.");
    }

    private async Task FreshAsync()
    {
        await using var original = new Instance<T>(factory);
        await using var fresh = new Instance<T>(factory);
        await UseAsync(original.Value).ConfigureAwait(false);
        Restore(fresh.Value, Save(original.Value));
        for (int i = 0; i < Uses; i++)
            Same($"Use {i + 1} after restoring", await use(original.Value).ConfigureAwait(false),
                await use(fresh.Value).ConfigureAwait(false));
        SameBytes("After the same uses", Save(original.Value), Save(fresh.Value));
        Promise.That(((ICheckpointable)fresh.Value).StateVersion >= 1,
            $"The state's version is {((ICheckpointable)fresh.Value).StateVersion}; it must be at least 1.");
    }

    private async Task TakenBackAsync()
    {
        await using var instance = new Instance<T>(factory);
        await UseAsync(instance.Value).ConfigureAwait(false);
        byte[] state = Save(instance.Value);
        float[] expected = await use(instance.Value).ConfigureAwait(false);
        await UseAsync(instance.Value).ConfigureAwait(false);
        Restore(instance.Value, state);
        SameBytes("After restoring", state, Save(instance.Value));
        Same("Used again after restoring", expected, await use(instance.Value).ConfigureAwait(false));
    }

    private async Task SavingAsync()
    {
        await using var instance = new Instance<T>(factory);
        await using var other = new Instance<T>(factory);
        await UseAsync(instance.Value).ConfigureAwait(false);
        Restore(other.Value, Save(instance.Value));
        Save(instance.Value);
        Save(instance.Value);
        Same("After saving again", await use(other.Value).ConfigureAwait(false), await use(instance.Value).ConfigureAwait(false));
    }

    private async Task SameBytesAsync()
    {
        await using var instance = new Instance<T>(factory);
        SameBytes("Saved twice", Save(instance.Value), Save(instance.Value));
        await UseAsync(instance.Value).ConfigureAwait(false);
        SameBytes("Saved twice after use", Save(instance.Value), Save(instance.Value));
    }

    private async Task StreamsAsync()
    {
        await using var instance = new Instance<T>(factory);
        using var stream = new MemoryStream();
        var checkpointable = (ICheckpointable)instance.Value;
        checkpointable.SaveState(stream);
        Promise.That(stream.CanWrite, "SaveState closed its stream, which is the caller's.");
        stream.Position = 0;
        checkpointable.RestoreState(stream, checkpointable.StateVersion);
        Promise.That(stream.CanRead, "RestoreState closed its stream, which is the caller's.");
    }

    private async Task DamagedAsync()
    {
        await using var instance = new Instance<T>(factory);
        await using var other = new Instance<T>(factory);
        await UseAsync(other.Value).ConfigureAwait(false);
        byte[] before = Save(instance.Value), state = Save(other.Value);
        foreach ((string what, byte[] damaged) in Damage(state))
        {
            Promise.Throws<InvalidDataException>($"A state {what}", () => Restore(instance.Value, damaged));
            SameBytes($"After a state {what}", before, Save(instance.Value));
        }

        await using var untouched = new Instance<T>(factory);
        Restore(untouched.Value, before);
        Same("After damaged states", await use(untouched.Value).ConfigureAwait(false), await use(instance.Value).ConfigureAwait(false));
    }

    private static IEnumerable<(string What, byte[] State)> Damage(byte[] state)
    {
        if (state.Length > 0)
        {
            yield return ("without its last byte", state[..^1]);
            yield return ("that ends in the middle", state[..(state.Length / 2)]);
            yield return ("that is empty", []);
        }

        byte[] noise = new byte[Math.Max(64, state.Length)];
        var key = new RandomKey(1, RandomPurpose.User, 70);
        for (int i = 0; i < noise.Length; i++)
            noise[i] = (byte)key.NextBits(i);
        yield return ("of random bytes", noise);
        yield return ("of bytes of all ones", [.. Enumerable.Repeat(byte.MaxValue, noise.Length)]);
    }

    private async Task UseAsync(T instance)
    {
        for (int i = 0; i < Uses; i++)
            await use(instance).ConfigureAwait(false);
    }
}
