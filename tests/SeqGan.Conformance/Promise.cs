namespace SeqGan.Conformance;

/// <summary>The assertions that checks are made of.</summary>
internal static class Promise
{
    public static void That(bool kept, string explanation)
    {
        if (!kept)
            throw new BrokenPromiseException(explanation);
    }

    public static void Throws<TException>(string what, Action body)
        where TException : Exception =>
        ThrowsAsync<TException>(what, () =>
        {
            body();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

    public static async Task ThrowsAsync<TException>(string what, Func<Task> body)
        where TException : Exception
    {
        try
        {
            await body().ConfigureAwait(false);
        }
        catch (TException)
        {
            return;
        }
        catch (Exception exception)
        {
            throw new BrokenPromiseException(
                $"{what} threw {exception.GetType().Name} ({exception.Message}); it must throw {typeof(TException).Name}.");
        }

        throw new BrokenPromiseException($"{what} threw nothing; it must throw {typeof(TException).Name}.");
    }

    public static void SameValues(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= tolerance;
            That(same, $"{what}: value {i} is {actual[i]:R}; it was {expected[i]:R} and must stay within {tolerance}.");
        }
    }

    public static void SameSequences(string what, TokenBatch expected, TokenBatch actual)
    {
        That(expected.Count == actual.Count, $"{what}: there are {actual.Count} sequences; there must be {expected.Count}.");
        for (int row = 0; row < expected.Count; row++)
        {
            That(
                expected[row].SequenceEqual(actual[row]),
                $"{what}: sequence {row} is {Describe(actual[row])}; it must be {Describe(expected[row])}.");
        }
    }

    /// <summary>
    /// Rows that keep the format: tokens that can be generated, one end token at most and last, then padding.
    /// </summary>
    public static void WellFormed(SequenceFormat format, TokenBatch batch)
    {
        That(batch.Length == format.MaxLength, $"Rows have {batch.Length} columns; the format has {format.MaxLength}.");
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<int> sequence = batch[row];
            foreach (int token in sequence)
            {
                That((uint)token < (uint)format.VocabularySize,
                    $"Sequence {row} holds {token}; tokens are in [0, {format.VocabularySize}).");
                That(format.CanGenerate(token),
                    $"Sequence {row} is {Describe(sequence)}; the {(token == format.PaddingToken ? "padding" : "unknown")} token {token} "
                        + "is never generated.");
            }

            That(
                format.LengthOf(sequence) == sequence.Length,
                $"Sequence {row} is {Describe(sequence)}; it must end at its first end token {format.EndToken}.");
            bool ended = sequence.Length == format.MaxLength || (format.EndToken is { } end && sequence.Length > 0 && sequence[^1] == end);
            That(ended, $"Sequence {row} is {Describe(sequence)}; it must go on to an end token or to {format.MaxLength} tokens.");
            ReadOnlySpan<int> rest = batch.Tokens.Span.Slice(row * batch.Length, batch.Length)[sequence.Length..];
            That(!rest.ContainsAnyExcept(format.PaddingToken ?? 0),
                $"After its {sequence.Length} tokens row {row} holds {Describe(rest)}; it must hold padding.");
        }
    }

    public static string Describe(ReadOnlySpan<int> tokens) =>
        tokens.Length <= 24 ? $"[{string.Join(' ', tokens.ToArray())}]" : $"[{string.Join(' ', tokens[..24].ToArray())} ...]";
}
