namespace SeqGan.Conformance;

/// <summary>What a rollout promises.</summary>
internal sealed class RolloutChecks(CheckRunner runner, Func<IRollout> factory, SequenceFormat format, ConformanceOptions options)
{
    private const int Samples = 3;
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 50);

    public void Run()
    {
        runner.Check("the batch is left unchanged", BatchUnchanged);
        runner.Check("every proper prefix is completed, in the order of rows, prefixes and samples", Order);
        runner.Check("only the prefixes that were asked for are completed", SomePrefixes);
        runner.Check("completions keep the format",
            () => factory.With(rollout => Promise.WellFormed(format, Complete(rollout, _batch).AsBatch())));
        runner.Check("the same key gives the same completions", SameKey);
        runner.Check("samples of one prefix are drawn apart", SamplesDiffer);
        runner.Check("completing in several calls by FirstRow equals one call", FirstRow);
        runner.Check("a batch without proper prefixes gives no completions", NothingToComplete);
        runner.Check("the policy can be updated", UpdatePolicy);
        runner.Check("the policy can be reset", ResetPolicy);
        runner.Check("any thread may call", AnyThread);
        runner.Check("fewer than 1 sample a prefix throws ArgumentException", TooFewSamples);
        runner.Check("a token outside the vocabulary throws ArgumentException", OutsideVocabulary);
        runner.Check("a cancelled token throws OperationCanceledException", Cancellation);
    }

    private void Order() => CheckOrder(new RolloutRequest { Key = _key, SamplesPerPrefix = Samples });

    private void SomePrefixes() =>
        CheckOrder(new RolloutRequest { Key = _key, SamplesPerPrefix = Samples, PrefixesPerSequence = 1 });

    private void CheckOrder(RolloutRequest request) => factory.With(rollout =>
    {
        var buffer = new SequenceBuffer(format, 5);
        rollout.Complete(_batch, request, buffer, CancellationToken.None);
        TokenBatch completions = buffer.AsBatch();
        int expected = request.CountCompletions(_batch);
        Promise.That(completions.Count == expected, $"There are {completions.Count} completions; there must be {expected}.");
        int index = 0;
        for (int row = 0; row < _batch.Count; row++)
        {
            foreach (int length in request.PrefixesOf(_batch, row))
            {
                for (int sample = 0; sample < Samples; sample++, index++)
                {
                    ReadOnlySpan<int> prefix = _batch[row][..length];
                    Promise.That(
                        completions[index].StartsWith(prefix),
                        $"Completion {index}, of row {row}, is {Promise.Describe(completions[index])}; it must begin with "
                            + $"{Promise.Describe(prefix)}.");
                }
            }
        }
    });

    private void SameKey() => factory.With(rollout =>
    {
        TokenBatch first = Complete(rollout, _batch).AsBatch();
        Complete(rollout, _batch, _key with { Step = 99 });
        Promise.SameSequences("Completed again with the same key", first, Complete(rollout, _batch).AsBatch());
    });

    private void SamplesDiffer() => factory.With(rollout =>
    {
        // A policy may be certain of its completions; only one whose completions change with the key can draw samples apart.
        TokenBatch completions = Complete(rollout, _batch).AsBatch();
        if (completions.Tokens.Span.SequenceEqual(Complete(rollout, _batch, _key with { Step = 99 }).AsBatch().Tokens.Span))
            return;
        bool differ = false;
        for (int i = 0; i < completions.Count; i += Samples)
            differ |= !completions[i].SequenceEqual(completions[i + 1]) || !completions[i].SequenceEqual(completions[i + 2]);
        Promise.That(differ,
            $"The {Samples} samples of every prefix are the same, though another key gives others; the sample is part of the draw.");
    });

    private void FirstRow() => factory.With(rollout =>
    {
        TokenBatch whole = Complete(rollout, _batch).AsBatch();
        var request = new RolloutRequest { Key = _key, SamplesPerPrefix = Samples };
        int start = _batch.Count / 2;
        int completed = request.CountCompletions(_batch.Slice(0, start));
        Promise.SameSequences("The first half alone", whole.Slice(0, completed), Complete(rollout, _batch.Slice(0, start)).AsBatch());
        Promise.SameSequences("The second half alone", whole.Slice(completed, whole.Count - completed),
            Complete(rollout, _batch.Slice(start, _batch.Count - start), firstRow: start).AsBatch());
    });

    private void NothingToComplete() => factory.With(rollout =>
    {
        Promise.That(Complete(rollout, _batch.Slice(0, 0)).Count == 0, "An empty batch gave completions.");
        if (format.EndToken is not null)
            Promise.That(Complete(rollout, _batch.Slice(0, 1)).Count == 0,
                "A sequence of one token, which has no proper prefix, gave completions.");
    });

    private void UpdatePolicy() => factory.With(rollout =>
    {
        Complete(rollout, _batch);
        rollout.UpdatePolicy();
        Promise.WellFormed(format, Complete(rollout, _batch).AsBatch());
    });

    private void BatchUnchanged() => factory.With(rollout =>
    {
        TokenBatch mine = TestSequences.Create(format, options.BatchSize, options.Seed),
        theirs = TestSequences.Create(format, options.BatchSize, options.Seed);
        Complete(rollout, theirs);
        Promise.That(theirs.Tokens.Span.SequenceEqual(mine.Tokens.Span), "Completing changed the batch's tokens.");
    });

    private void ResetPolicy() => factory.With(rollout =>
    {
        rollout.ResetPolicy();
        TokenBatch first = Complete(rollout, _batch).AsBatch();
        Promise.WellFormed(format, first);
        rollout.ResetPolicy();
        Promise.SameSequences("After resetting again", first, Complete(rollout, _batch).AsBatch());
    });

    private void AnyThread() => factory.With(rollout =>
    {
        TokenBatch here = Complete(rollout, _batch).AsBatch();
        TokenBatch there = Task.Factory.StartNew(
            () => Complete(rollout, _batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).GetAwaiter()
                .GetResult().AsBatch();
        Promise.SameSequences("On another thread", here, there);
    });

    private void TooFewSamples() => factory.With(rollout =>
    {
        foreach (int samples in new[] { 0, -1 })
        {
            Promise.Throws<ArgumentException>(
                $"{samples} samples",
                () => rollout.Complete(_batch, new RolloutRequest { Key = _key, SamplesPerPrefix = samples }, new SequenceBuffer(format),
                    CancellationToken.None));
        }
    });

    // The first token of the second sequence: part of a prefix wherever a sequence has one.
    private void OutsideVocabulary() => factory.With(rollout =>
    {
        foreach (int token in new[] { -1, format.VocabularySize, int.MaxValue })
            Promise.Throws<ArgumentException>(
                $"Token {token}", () => Complete(rollout, TestSequences.WithToken(_batch, _batch.Length, token)));
    });

    private void Cancellation() => factory.With(rollout => Promise.Throws<OperationCanceledException>(
        "Completing", () => rollout.Complete(
            _batch, new RolloutRequest { Key = _key }, new SequenceBuffer(format), new CancellationToken(canceled: true))));

    private SequenceBuffer Complete(IRollout rollout, TokenBatch batch, RandomKey? key = null, int firstRow = 0)
    {
        var buffer = new SequenceBuffer(format);
        var request = new RolloutRequest { Key = key ?? _key, SamplesPerPrefix = Samples, FirstRow = firstRow };
        rollout.Complete(batch, request, buffer, CancellationToken.None);
        return buffer;
    }
}
