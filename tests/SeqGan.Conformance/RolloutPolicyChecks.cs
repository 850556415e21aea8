namespace SeqGan.Conformance;

/// <summary>What a generator's rollout policy promises.</summary>
internal sealed class RolloutPolicyChecks(CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 40);

    public void Run()
    {
        runner.Check("a rollout policy has its generator's format", () => WithPolicy((generator, policy) =>
            Promise.That(policy.Format == generator.Format, $"The format is {policy.Format}; the generator's is {generator.Format}.")));
        runner.Check("completions begin with their prefix and keep the format", PrefixIsKept);
        runner.Check("a complete prefix is copied", CompletePrefix);
        runner.Check("the same key gives the same completions", SameKey);
        runner.Check("a completion does not depend on the others in the call", IndependentOfOthers);
        runner.Check("completing in several calls by the first row equals one call", FirstRow);
        runner.Check("the frequencies of completed tokens agree with the generator's log-probabilities", Frequencies);
        runner.Check("a rollout policy is detached from its generator until it is moved", Detached);
        runner.Check("moving at rate 0 copies the generator, at rate 1 changes nothing", Rates);
        runner.Check("a rate outside [0, 1] throws ArgumentOutOfRangeException", InvalidRate);
        runner.Check("completing what is not there throws ArgumentException", InvalidCompletions);
        runner.Check("completing with a cancelled token throws OperationCanceledException", Cancellation);
        runner.Check("a disposed rollout policy throws ObjectDisposedException", Disposed);
    }

    private Completion[] AllPrefixes()
    {
        var completions = new List<Completion>();
        for (int row = 0; row < _batch.Count; row++)
        {
            for (int prefix = 0; prefix <= _batch.LengthOf(row); prefix++)
                completions.AddRange([new Completion(row, prefix, 0), new Completion(row, prefix, 1)]);
        }

        return [.. completions];
    }

    private void PrefixIsKept() => WithPolicy((_, policy) =>
    {
        Completion[] completions = AllPrefixes();
        var buffer = new SequenceBuffer(format, 3);
        buffer.Row(0).Fill(format.VocabularySize + 1);
        policy.Complete(_batch, completions, _key, 0, buffer, CancellationToken.None);
        Promise.That(buffer.Count == completions.Length, $"There are {buffer.Count} completions; {completions.Length} were asked for.");
        for (int i = 0; i < completions.Length; i++)
        {
            ReadOnlySpan<int> prefix = _batch[completions[i].Row][..completions[i].PrefixLength];
            Promise.That(buffer.AsBatch()[i].StartsWith(prefix),
                $"Completion {i} is {Promise.Describe(buffer.AsBatch()[i])}; it must begin with {Promise.Describe(prefix)}.");
        }

        Promise.WellFormed(format, buffer.AsBatch());
        policy.Complete(_batch, [], _key, 0, buffer, CancellationToken.None);
        Promise.That(buffer.Count == 0, $"There are {buffer.Count} completions; none was asked for.");
    });

    private void CompletePrefix() => WithPolicy((_, policy) =>
    {
        Completion[] completions = [.. Enumerable.Range(0, _batch.Count).Select(row => new Completion(row, _batch.LengthOf(row), 0))];
        Promise.SameSequences("Complete prefixes", _batch, Complete(policy, completions).AsBatch());
    });

    private void SameKey() => WithPolicy((_, policy) =>
    {
        TokenBatch first = Complete(policy, AllPrefixes()).AsBatch();
        Complete(policy, AllPrefixes(), _key with { Step = 99 });
        Promise.SameSequences("Completed again with the same key", first, Complete(policy, AllPrefixes()).AsBatch());
    });

    private void IndependentOfOthers() => WithPolicy((_, policy) =>
    {
        Completion[] all = AllPrefixes();
        TokenBatch together = Complete(policy, all).AsBatch();
        Completion[] reversed = [.. all.Reverse()];
        TokenBatch opposite = TestSequences.Reversed(Complete(policy, reversed).AsBatch());
        Promise.SameSequences("In the opposite order", together, opposite);
        for (int i = 0; i < all.Length; i += 3)
            Promise.SameSequences($"{all[i]} alone", together.Slice(i, 1), Complete(policy, [all[i]]).AsBatch());
    });

    private void FirstRow() => WithPolicy((_, policy) =>
    {
        Completion[] all = AllPrefixes();
        TokenBatch together = Complete(policy, all).AsBatch();
        const int Start = 1;
        int skipped = all.Count(completion => completion.Row < Start);
        Completion[] rest = [.. all[skipped..].Select(completion => completion with { Row = completion.Row - Start })];
        var buffer = new SequenceBuffer(format);
        policy.Complete(_batch.Slice(Start, _batch.Count - Start), rest, _key, Start, buffer, CancellationToken.None);
        Promise.SameSequences($"Rows from {Start} on, completed alone", together.Slice(skipped, together.Count - skipped),
            buffer.AsBatch());
    });

    private void Frequencies() => WithPolicy((generator, policy) =>
    {
        CheckAfter(0, 0);
        if (format.MaxLength > 1 && TestSequences.OrdinaryTokens(format).Length > 0)
            CheckAfter(1, 1);

        void CheckAfter(int row, int length)
        {
            Completion[] completions = [.. Enumerable.Range(0, options.Samples).Select(sample => new Completion(row, length, sample))];
            TokenBatch samples = Complete(policy, completions).AsBatch();
            int[] counts = new int[format.VocabularySize];
            for (int i = 0; i < samples.Count; i++)
                counts[samples[i][length]]++;
            ReadOnlySpan<int> prefix = _batch[row][..length];
            double[] next = Likelihood.Next(generator, prefix, constraint: Likelihood.OfSampling(format));
            Statistics.Frequencies($"After {Promise.Describe(prefix)}", next, counts);
        }
    });

    private void Detached() => WithPolicy((generator, policy) =>
    {
        TokenBatch before = Complete(policy, AllPrefixes()).AsBatch();
        GeneratorTrainingChecks.TrainOn(generator, _batch, options.TrainingSteps);
        Promise.SameSequences("After the generator was trained", before, Complete(policy, AllPrefixes()).AsBatch());
    });

    private void Rates() => WithPolicy((generator, policy) =>
    {
        TokenBatch before = Complete(policy, AllPrefixes()).AsBatch();
        GeneratorTrainingChecks.TrainOn(generator, _batch, options.TrainingSteps);
        policy.MoveTowardGenerator(1);
        Promise.SameSequences("After moving at rate 1", before, Complete(policy, AllPrefixes()).AsBatch());
        policy.MoveTowardGenerator(0);
        using IRolloutPolicy copy = generator.CreateRolloutPolicy();
        Promise.SameSequences("After moving at rate 0, compared with a new policy", Complete(copy, AllPrefixes()).AsBatch(),
            Complete(policy, AllPrefixes()).AsBatch());
    });

    private void InvalidRate() => WithPolicy((_, policy) =>
    {
        foreach (double rate in new[] { -0.1, 1.1, double.NaN, double.PositiveInfinity })
            Promise.Throws<ArgumentOutOfRangeException>($"Rate {rate}", () => policy.MoveTowardGenerator(rate));
    });

    private void InvalidCompletions() => WithPolicy((_, policy) =>
    {
        int row = _batch.Count - 1;
        foreach (Completion completion in new Completion[] { new(-1, 0, 0), new(_batch.Count, 0, 0), new(row, -1, 0),
            new(row, _batch.LengthOf(row) + 1, 0) })
            Promise.Throws<ArgumentException>($"{completion} of {_batch.Count} rows", () => Complete(policy, [completion]));
        foreach (int token in new[] { -1, format.VocabularySize })
        {
            Promise.Throws<ArgumentException>(
                $"Token {token}",
                () => policy.Complete(TestSequences.WithToken(_batch, 0, token), [new Completion(0, 1, 0)], _key, 0,
                    new SequenceBuffer(format), CancellationToken.None));
        }
    });

    private void Cancellation() => WithPolicy((_, policy) => Promise.Throws<OperationCanceledException>(
        "Completing", () =>
            policy.Complete(_batch, AllPrefixes(), _key, 0, new SequenceBuffer(format), new CancellationToken(canceled: true))));

    private void Disposed() => WithPolicy((_, policy) =>
    {
        policy.Dispose();
        Promise.Throws<ObjectDisposedException>("MoveTowardGenerator", () => policy.MoveTowardGenerator(0.5));
    });

    private SequenceBuffer Complete(IRolloutPolicy policy, Completion[] completions, RandomKey? key = null)
    {
        var buffer = new SequenceBuffer(format);
        policy.Complete(_batch, completions, key ?? _key, 0, buffer, CancellationToken.None);
        return buffer;
    }

    private void WithPolicy(Action<IGenerator, IRolloutPolicy> body)
    {
        using var generator = new Instance<IGenerator>(factory);
        using IRolloutPolicy policy = generator.Value.CreateRolloutPolicy();
        body(generator.Value, policy);
    }
}
