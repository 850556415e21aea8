using System.Runtime.InteropServices;
using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests;

public sealed class RewardEstimatorConformanceTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 7, maxLength: 6, startToken: 0, endToken: 1, paddingToken: 0);

    public enum Flaw
    {
        None,
        LeavesOneReward,
        RewardsInfinity,
        RewardsPadding,
        WritesBeside,
        IgnoresKey,
        FailsOnEmptyBatch,
        ChangesBatch,
        NeedsItsThread,
        IgnoresCancellation,
    }

    [Theory]
    [InlineData(7, 6, 1, 0)]
    [InlineData(5, 4, null, null)]
    public async Task CheckAsync_CorrectEstimator_Passes(int vocabularySize, int maxLength, int? endToken, int? paddingToken)
    {
        var format = new SequenceFormat(vocabularySize, maxLength, 0, endToken, paddingToken);
        ConformanceReport report = await RewardEstimatorConformance.CheckAsync(
            () => new RandomRewards(), format, cancellationToken: TestContext.Current.CancellationToken);
        report.ThrowIfFailed();
    }

    [Theory]
    [InlineData(Flaw.LeavesOneReward, "every token gets a finite reward")]
    [InlineData(Flaw.RewardsInfinity, "every token gets a finite reward")]
    [InlineData(Flaw.RewardsPadding, "rewards are 0 at padding")]
    [InlineData(Flaw.WritesBeside, "nothing is written beside the rewards")]
    [InlineData(Flaw.IgnoresKey, "the same key gives the same rewards")]
    [InlineData(Flaw.FailsOnEmptyBatch, "an empty batch is rewarded")]
    [InlineData(Flaw.ChangesBatch, "the batch is left unchanged")]
    [InlineData(Flaw.NeedsItsThread, "any thread may call")]
    [InlineData(Flaw.IgnoresCancellation, "a cancelled token throws")]
    public async Task CheckAsync_FlawedEstimator_NamesTheBrokenPromise(Flaw flaw, string promise)
    {
        ConformanceReport report = await RewardEstimatorConformance.CheckAsync(
            () => new RandomRewards(flaw), s_format, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(report.Failures, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
    }

    private sealed class RandomRewards(Flaw flaw = Flaw.None) : IRewardEstimator
    {
        private readonly int _thread = Environment.CurrentManagedThreadId;
        private uint _calls;

        public ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            if (flaw != Flaw.IgnoresCancellation)
                cancellationToken.ThrowIfCancellationRequested();
            if (flaw == Flaw.FailsOnEmptyBatch && sequences.Count == 0)
                throw new InvalidOperationException("Empty.");
            if (flaw == Flaw.NeedsItsThread && Environment.CurrentManagedThreadId != _thread)
                throw new InvalidOperationException("Another thread.");
            RandomKey key = flaw == Flaw.IgnoresKey ? request.Key with { Step = ++_calls } : request.Key;
            for (int row = 0; row < sequences.Count; row++)
            {
                Span<float> line = rewards.Span.Slice(row * sequences.Length, sequences.Length);
                line.Fill(flaw == Flaw.RewardsPadding ? 0.5f : 0);
                for (int i = flaw == Flaw.LeavesOneReward && row == 2 ? sequences.Length : 0; i < sequences.LengthOf(row); i++)
                    line[i] = flaw == Flaw.RewardsInfinity ? float.PositiveInfinity : key.NextUniform(row, 0, i);
                if (flaw == Flaw.LeavesOneReward && row == 2)
                    line[0] = float.NaN;
            }

            if (flaw == Flaw.WritesBeside && MemoryMarshal.TryGetArray<float>(rewards, out ArraySegment<float> segment))
                segment.Array![^1] = 0;
            if (flaw == Flaw.ChangesBatch)
                MemoryMarshal.AsMemory(sequences.Tokens).Span.Clear();
            return ValueTask.CompletedTask;
        }
    }
}
