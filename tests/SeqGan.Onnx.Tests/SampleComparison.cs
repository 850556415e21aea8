namespace SeqGan.Tests;

/// <summary>Samples of the library, compared with those that a program without it draws from the same uniform numbers.</summary>
/// <param name="Sequences">How many sequences were compared.</param>
/// <param name="AtBoundary">How many differ first at a draw that is within rounding of the boundary between two tokens.</param>
/// <param name="Different">How many differ otherwise.</param>
/// <param name="LargestDifference">The largest difference of a token's log-probability.</param>
internal sealed record SampleComparison(int Sequences, int AtBoundary, int Different, double LargestDifference)
{
    private const double Rounding = 1e-5;

    /// <summary>Draws sequences at temperature 1, all of one label if there is one.</summary>
    public static SampleComparison Run(CompiledPolicy policy, string folder, int count, ulong seed, string? label = null)
    {
        var sampler = new SequenceSampler(policy);
        SequenceFormat format = policy.Format;
        SequenceBuffer library = sampler.Sample(count, new SamplingOptions { Seed = seed, Label = label });
        float[] logProbabilities = new float[count * format.MaxLength];
        sampler.LogProbabilities(library.AsBatch(), logProbabilities, constraint: Constraints.TokenConstraint.KnownTokens(format));
        int first = label is null ? format.StartToken : format.VocabularySize + policy.Labels!.IndexOf(label);
        var key = new RandomKey(seed, RandomPurpose.Sampling);
        using var onnx = new OnnxGenerator(folder, count);
        int[] tokens = [.. Enumerable.Repeat(first, count)];
        bool[] ended = new bool[count];
        int atBoundary = 0, different = 0;
        double largest = 0;
        for (int position = 0; position < format.MaxLengthWithoutEnd; position++)
        {
            float[] logits = onnx.Advance(tokens);
            for (int row = 0; row < count; row++)
            {
                if (ended[row])
                    continue;
                int drawn = library.Row(row)[position];
                double[] cumulated = Cumulate(logits.AsSpan(row * format.VocabularySize, format.VocabularySize));
                double below = drawn == 0 ? 0 : cumulated[drawn - 1], uniform = key.NextUniform(row, 0, position);
                largest = Math.Max(
                    largest, Math.Abs(Math.Log(cumulated[drawn] - below) - logProbabilities[row * format.MaxLength + position]));
                tokens[row] = Array.FindIndex(cumulated, sum => sum > uniform);
                ended[row] = tokens[row] != drawn || tokens[row] == format.EndToken;
                if (tokens[row] == drawn)
                    continue;
                bool isAtBoundary = Math.Min(Math.Abs(uniform - below), Math.Abs(uniform - cumulated[drawn])) < Rounding;
                (atBoundary, different) = isAtBoundary ? (atBoundary + 1, different) : (atBoundary, different + 1);
            }
        }

        return new SampleComparison(count, atBoundary, different, largest);
    }

    public override string ToString() =>
        $"{Sequences} sequences from the same uniform numbers: {Sequences - AtBoundary - Different} equal, {AtBoundary} differ at a draw "
        + $"within rounding, {Different} otherwise; largest difference of a token's log-probability: {LargestDifference:g2}";

    private static double[] Cumulate(ReadOnlySpan<float> logits)
    {
        double largest = float.NegativeInfinity, sum = 0;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double[] cumulated = new double[logits.Length];
        for (int token = 0; token < logits.Length; token++)
            cumulated[token] = sum += Math.Exp(logits[token] - largest);
        for (int token = 0; token < logits.Length; token++)
            cumulated[token] /= sum;
        return cumulated;
    }
}
