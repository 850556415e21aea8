namespace SeqGan.Conformance;

/// <summary>Shorthands over <see cref="IGenerator.LogProbabilities"/>.</summary>
internal static class Likelihood
{
    public static float[] Of(IGenerator generator, TokenBatch batch, double temperature = 1, ITokenConstraint? constraint = null)
    {
        float[] values = new float[batch.Count * batch.Length];
        Array.Fill(values, float.NaN);
        generator.LogProbabilities(batch, values, temperature, constraint, CancellationToken.None);
        return values;
    }

    /// <summary>Minus the mean log-probability in nats a token.</summary>
    public static double NegativeMean(IGenerator generator, TokenBatch batch) =>
        -Of(generator, batch).Sum(value => (double)value) / Math.Max(1, batch.TokenCount);

    /// <summary>What a generator samples under if it has no constraint: null, or no unknown token where the format has one.</summary>
    public static ITokenConstraint? OfSampling(SequenceFormat format) => format.UnknownToken is null ? null : new KnownTokens(format);

    /// <summary>The probability of each token after a prefix, under a constraint if one is given.</summary>
    public static double[] Next(
        IGenerator generator, ReadOnlySpan<int> prefix, double temperature = 1, ITokenConstraint? constraint = null)
    {
        SequenceFormat format = generator.Format;
        int length = prefix.Length + 1;
        int[] candidates = [.. Enumerable.Range(0, format.VocabularySize).Where(token => token != format.PaddingToken)];
        int[] tokens = new int[candidates.Length * length];
        for (int i = 0; i < candidates.Length; i++)
        {
            prefix.CopyTo(tokens.AsSpan(i * length));
            tokens[(i * length) + length - 1] = candidates[i];
        }

        float[] values = Of(generator, new TokenBatch(tokens, candidates.Length, length, labels: Samples.Labels(format, candidates.Length)),
            temperature, constraint);
        double[] probabilities = new double[format.VocabularySize];
        for (int i = 0; i < candidates.Length; i++)
            probabilities[candidates[i]] = Math.Exp(values[(i * length) + length - 1]);
        return probabilities;
    }

    private sealed class KnownTokens(SequenceFormat format) : ITokenConstraint
    {
        public SequenceFormat Format => format;

        public int InitialState => 0;

        public int Advance(int state, ReadOnlySpan<int> prefix, int token) => state;

        public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
        {
            allowed.AddAll();
            allowed[format.UnknownToken!.Value] = false;
        }
    }
}
