namespace SeqGan.Endurance.Fuzzing;

/// <summary>What a reader did with an input.</summary>
/// <param name="Error">What it threw, or null.</param>
/// <param name="Shape">Its answer where it threw nothing.</param>
/// <param name="Allocated">Bytes.</param>
/// <param name="Elapsed">From beginning to end.</param>
internal readonly record struct Outcome(Exception? Error, int Shape, long Allocated, TimeSpan Elapsed)
{
    /// <summary>A number for how the reader behaved: which of its messages, what kind of answer, how much memory.</summary>
    public ulong Behaviour
    {
        get
        {
            ulong hash = Error is null ? (uint)Shape : Mix(HashOf(Error.Message), (ulong)Error.GetType().Name.Length);
            return Mix(hash, (ulong)System.Numerics.BitOperations.Log2((ulong)Allocated + 1));
        }
    }

    // Numbers, quoted text, and the framework's paths within JSON come from the input. The rest of a message identifies the code that
    // wrote it.
    private static ulong HashOf(string message)
    {
        ulong hash = 14695981039346656037;
        bool isQuoted = false;
        int path = message.IndexOf("Path:", StringComparison.Ordinal);
        for (int i = 0; i < Math.Min(path < 0 ? message.Length : path, 400); i++)
        {
            char character = message[i];
            if (character == '\'')
                isQuoted = !isQuoted;
            else if (!isQuoted && !char.IsAsciiDigit(character))
                hash = (hash ^ character) * 1099511628211;
        }

        return hash;
    }

    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 0x9E3779B97F4A7C15;
}
