using Xunit;

namespace SeqGan.Tests.Rewards;

/// <summary>Formats, batches and scores for the tests of rewards.</summary>
internal static class Batches
{
    /// <summary>End tokens in play: 0 is padding, 1 the end.</summary>
    public static SequenceFormat WithEnd { get; } = new(vocabularySize: 5, maxLength: 6, startToken: 0, endToken: 1, paddingToken: 0);

    public static RewardRequest Request { get; } = new() { Key = new RandomKey(7, RandomPurpose.Rollout, 3) };

    public static TokenBatch Of(SequenceFormat format, params int[][] rows)
    {
        var buffer = new SequenceBuffer(format, rows.Length);
        for (int row = 0; row < rows.Length; row++)
            buffer.Set(row, rows[row]);
        return buffer.AsBatch();
    }

    /// <summary>Three sequences of 6, 2 and 4 tokens; the last two end, the first is cut.</summary>
    public static TokenBatch Ragged { get; } = Of(WithEnd, [2, 3, 4, 2, 3, 4], [4, 1], [3, 3, 2, 1]);

    /// <summary>A score that no two sequences share by accident, in [0, 1].</summary>
    public static float Score(ReadOnlySpan<int> sequence)
    {
        uint hash = 17;
        foreach (int token in sequence)
            hash = hash * 31 + (uint)token + 1;
        return hash * 2654435761u / (float)uint.MaxValue;
    }

    /// <summary>For what is awaited: a collection expression would be a span.</summary>
    public static void AssertEqual(float[] expected, float[] actual) => Assert.Equal(expected, actual);

    public static async Task<float[]> EstimateAsync(this IRewardEstimator estimator, TokenBatch sequences)
    {
        float[] rewards = new float[sequences.Count * sequences.Length];
        rewards.AsSpan().Fill(99);
        await estimator.EstimateAsync(sequences, Request, rewards, TestContext.Current.CancellationToken);
        return rewards;
    }

    public static async Task<float[]> ScoreAsync(this ISequenceScorer scorer, TokenBatch sequences)
    {
        float[] scores = new float[sequences.Count];
        await scorer.ScoreAsync(sequences, scores, TestContext.Current.CancellationToken);
        return scores;
    }
}
