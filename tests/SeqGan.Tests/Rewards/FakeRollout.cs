namespace SeqGan.Tests.Rewards;

/// <summary>A rollout by the plainest loop: uniform tokens drawn from the key, as the contract numbers them.</summary>
internal sealed class FakeRollout(SequenceFormat format) : IRollout
{
    public SequenceFormat Format => format;

    public int Calls { get; private set; }

    public int MostCompletions { get; private set; }

    public int Updates { get; private set; }

    public ValueTask CompleteAsync(TokenBatch sequences, RolloutRequest request, SequenceBuffer destination,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        destination.Reset(request.CountCompletions(sequences));
        Calls++;
        MostCompletions = Math.Max(MostCompletions, destination.Count);
        int next = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (int prefix in request.PrefixesOf(sequences, row))
            {
                for (int sample = 0; sample < request.SamplesPerPrefix; sample++)
                    destination.Set(next++, Complete(format, sequences[row][..prefix], request.Key, request.FirstRow + row, sample));
            }
        }

        return ValueTask.CompletedTask;
    }

    public void ResetPolicy()
    {
    }

    public void UpdatePolicy() => Updates++;

    public static int[] Complete(SequenceFormat format, ReadOnlySpan<int> prefix, RandomKey key, int row, int sample)
    {
        List<int> tokens = [.. prefix];
        while (tokens.Count < format.MaxLength && tokens[^1] != format.EndToken)
            tokens.Add(Draw(format, key.NextUniform(row, sample, tokens.Count)));
        return [.. tokens];
    }

    public static int Draw(SequenceFormat format, float uniform)
    {
        int choices = format.VocabularySize - (format.PaddingToken is null ? 0 : 1);
        int token = (int)(uniform * choices);
        return token >= format.PaddingToken ? token + 1 : token;
    }
}
