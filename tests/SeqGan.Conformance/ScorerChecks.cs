namespace SeqGan.Conformance;

/// <summary>What every scorer promises, discriminators included.</summary>
internal sealed class ScorerChecks(CheckRunner runner, Func<ISequenceScorer> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);

    public async Task RunAsync()
    {
        await runner.CheckAsync("the batch is left unchanged", BatchUnchangedAsync).ConfigureAwait(false);
        await runner.CheckAsync("the name is not empty and stays the same", NameAsync).ConfigureAwait(false);
        await runner.CheckAsync("every score is written, and nothing beside them", EveryScoreAsync).ConfigureAwait(false);
        await runner.CheckAsync("an empty batch is scored", EmptyBatchAsync).ConfigureAwait(false);
        await runner.CheckAsync("a large batch is scored like a small one", LargeBatchAsync).ConfigureAwait(false);
        await runner.CheckAsync("the same sequence gets the same score again", RepeatableAsync).ConfigureAwait(false);
        await runner.CheckAsync("other sequences do not influence a score", OtherRowsAsync).ConfigureAwait(false);
        if (format.EndToken is not null)
            await runner.CheckAsync("padding does not influence a score", PaddingAsync).ConfigureAwait(false);
        await runner.CheckAsync("any thread may call", AnyThreadAsync).ConfigureAwait(false);
        await runner.CheckAsync("a cancelled token throws OperationCanceledException", CancellationAsync).ConfigureAwait(false);
        await runner.CheckAsync("a disposed scorer throws ObjectDisposedException", DisposedAsync).ConfigureAwait(false);
    }

    public static async Task<float[]> ScoreAsync(ISequenceScorer scorer, TokenBatch batch)
    {
        float[] scores = new float[batch.Count];
        Array.Fill(scores, float.NaN);
        await scorer.ScoreAsync(batch, scores, CancellationToken.None).ConfigureAwait(false);
        return scores;
    }

    public static async Task SameScoresAsync(string what, float[] expected, ISequenceScorer scorer, TokenBatch batch, double tolerance)
    {
        float[] actual = await ScoreAsync(scorer, batch).ConfigureAwait(false);
        Promise.SameValues(what, expected, actual, tolerance);
    }

    public async Task RangeAsync(Predicate<float> valid, string description)
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        float[] scores = await ScoreAsync(scorer.Value, _batch).ConfigureAwait(false);
        int wrong = Array.FindIndex(scores, score => !valid(score));
        Promise.That(wrong < 0, wrong < 0 ? ""
            : $"Sequence {Promise.Describe(_batch[wrong])} has score {scores[wrong]:R}; it must be {description}.");
    }

    private async Task NameAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        string name = scorer.Value.Name;
        Promise.That(!string.IsNullOrWhiteSpace(name), "The name is empty.");
        await ScoreAsync(scorer.Value, _batch).ConfigureAwait(false);
        Promise.That(scorer.Value.Name == name, $"The name changed from '{name}' to '{scorer.Value.Name}'.");
    }

    private async Task EveryScoreAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        const int Margin = 3;
        float[] first = new float[_batch.Count + (2 * Margin)], second = new float[first.Length];
        Array.Fill(first, 1234.5f);
        Array.Fill(second, -678.25f);
        await scorer.Value.ScoreAsync(_batch, first.AsMemory(Margin, _batch.Count), CancellationToken.None).ConfigureAwait(false);
        await scorer.Value.ScoreAsync(_batch, second.AsMemory(Margin, _batch.Count), CancellationToken.None).ConfigureAwait(false);
        for (int i = 0; i < first.Length; i++)
        {
            bool written = first[i] != 1234.5f || second[i] != -678.25f;
            bool mustBe = i >= Margin && i < Margin + _batch.Count;
            Promise.That(written == mustBe, $"Score {i - Margin} of {_batch.Count} was {(written ? "" : "not ")}written.");
        }
    }

    private async Task EmptyBatchAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        await ScoreAsync(scorer.Value, _batch.Slice(0, 0)).ConfigureAwait(false);
    }

    private async Task LargeBatchAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        TokenBatch large = TestSequences.Create(format, 1000, options.Seed);
        float[] all = await ScoreAsync(scorer.Value, large).ConfigureAwait(false);
        float[] last = await ScoreAsync(scorer.Value, large.Slice(large.Count - options.BatchSize, options.BatchSize))
            .ConfigureAwait(false);
        Promise.SameValues("The last sequences of 1000", last, all.AsSpan(^last.Length..), options.Tolerance);
    }

    private async Task RepeatableAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        float[] before = await ScoreAsync(scorer.Value, _batch).ConfigureAwait(false);
        for (int time = 0; time < 3; time++)
        {
            await ScoreAsync(scorer.Value, TestSequences.Create(format, options.BatchSize, options.Seed + 1)).ConfigureAwait(false);
            await SameScoresAsync("Scored again", before, scorer.Value, _batch, options.Tolerance).ConfigureAwait(false);
        }
    }

    private async Task OtherRowsAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        float[] together = await ScoreAsync(scorer.Value, _batch).ConfigureAwait(false);
        for (int row = 0; row < _batch.Count; row++)
            await SameScoresAsync($"Sequence {row} alone", [together[row]], scorer.Value, _batch.Slice(row, 1), options.Tolerance)
                .ConfigureAwait(false);
        float[] reversed = await ScoreAsync(scorer.Value, TestSequences.Reversed(_batch)).ConfigureAwait(false);
        Array.Reverse(reversed);
        Promise.SameValues("In the opposite order", together, reversed, options.Tolerance);
    }

    private async Task PaddingAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        float[] scores = await ScoreAsync(scorer.Value, _batch).ConfigureAwait(false);
        TokenBatch other = TestSequences.WithOtherPadding(format, _batch);
        await SameScoresAsync("With other tokens in the place of padding", scores, scorer.Value, other, options.Tolerance)
            .ConfigureAwait(false);
        TokenBatch narrow = TestSequences.Narrow(_batch.Slice(0, 1), _batch.LengthOf(0));
        await SameScoresAsync("Without the columns of padding", scores[..1], scorer.Value, narrow, options.Tolerance).ConfigureAwait(false);
    }

    private async Task BatchUnchangedAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        TokenBatch mine = TestSequences.Create(format, options.BatchSize, options.Seed),
            theirs = TestSequences.Create(format, options.BatchSize, options.Seed);
        await ScoreAsync(scorer.Value, theirs).ConfigureAwait(false);
        Promise.That(theirs.Tokens.Span.SequenceEqual(mine.Tokens.Span), "Scoring changed the batch's tokens.");
    }

    private async Task AnyThreadAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        float[] here = await ScoreAsync(scorer.Value, _batch).ConfigureAwait(false);
        float[] there = await Task.Factory.StartNew(
            () => ScoreAsync(scorer.Value, _batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
                .ConfigureAwait(false);
        Promise.SameValues("On another thread", here, there, options.Tolerance);
    }

    private async Task CancellationAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        await Promise.ThrowsAsync<OperationCanceledException>(
            "Scoring with a cancelled token",
            () => scorer.Value.ScoreAsync(_batch, new float[_batch.Count], new CancellationToken(canceled: true)).AsTask())
                .ConfigureAwait(false);
    }

    private async Task DisposedAsync()
    {
        await using var scorer = new Instance<ISequenceScorer>(factory);
        if (scorer.Value is not (IDisposable or IAsyncDisposable))
            return;
        await scorer.DisposeAsync().ConfigureAwait(false);
        await Promise.ThrowsAsync<ObjectDisposedException>("Scoring after disposal", () => ScoreAsync(scorer.Value, _batch))
            .ConfigureAwait(false);
    }
}
