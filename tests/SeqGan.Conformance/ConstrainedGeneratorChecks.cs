namespace SeqGan.Conformance;

/// <summary>What a generator with a constraint promises.</summary>
internal sealed class ConstrainedGeneratorChecks(
    CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private const double Certain = 1e-3;

    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 31);

    public void Run()
    {
        runner.Check("the constraint is there and stays the same", Constant);
        runner.Check("samples satisfy the constraint", Samples);
        runner.Check("completions satisfy the constraint", Completions);
        runner.Check("log-probabilities under the constraint sum to 1 over the allowed tokens", Normalised);
        runner.Check("a token that is not allowed has minus infinity, and so have those after it", Forbidden);
        runner.Check("log-probabilities without the argument know no constraint", Free);
        runner.Check("the frequencies of sampled tokens agree with their log-probabilities under the constraint", Frequencies);
        runner.Check("policy gradient with a sequence that breaks the constraint throws ArgumentException and changes nothing", Refused);
        runner.Check("maximum likelihood takes sequences that break the constraint", () => With((generator, constraint) =>
        {
            if (Broken(constraint) is { } batch)
                GeneratorTrainingChecks.TrainOn(generator, batch, 1);
        }));
    }

    private void With(Action<IGenerator, ITokenConstraint> check) => factory.With(generator =>
    {
        Promise.That(generator.Constraint is not null, "The generator has no constraint; this check needs one that has.");
        check(generator, generator.Constraint!);
    });

    private void Constant() => With((generator, constraint) =>
    {
        generator.Sample(1, _key);
        Promise.That(ReferenceEquals(generator.Constraint, constraint), $"The constraint is {generator.Constraint}; it was {constraint}.");
    });

    private void Samples() => With((generator, constraint) =>
    {
        TokenBatch samples = generator.Sample(options.Samples, _key, temperature: 2).AsBatch();
        Promise.WellFormed(format, samples);
        Satisfies(constraint, samples, "sampled");
    });

    private void Completions() => With((generator, constraint) =>
    {
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        TokenBatch sequences = generator.Sample(options.BatchSize, _key).AsBatch();
        Completion[] completions =
        [
            .. from row in Enumerable.Range(0, sequences.Count) from length in Enumerable.Range(0, sequences.LengthOf(row) + 1)
                select new Completion(row, length, row),
        ];
        var completed = new SequenceBuffer(format);
        policy.Complete(sequences, completions, _key, 0, completed, CancellationToken.None);
        Satisfies(constraint, completed.AsBatch(), "completed");
    });

    private void Normalised() => With((generator, constraint) =>
    {
        for (int walk = 0; walk < Math.Min(options.BatchSize, 8); walk++)
        {
            ConstraintWalk.Run(constraint, _key, walk, (prefix, _, allowed) =>
            {
                double sum = allowed.Sum(token => Math.Exp(LogProbabilities(generator, [.. prefix, token], constraint)[^1]));
                Promise.That(Math.Abs(sum - 1) < Certain,
                    $"After {Promise.Describe(prefix)} the probabilities of the allowed tokens sum to {sum}.");
            });
        }
    });

    private void Forbidden() => With((generator, constraint) =>
    {
        if (Broken(constraint) is not { } batch)
            return;
        int position = FirstViolation(constraint, batch[0]);
        float[] values = LogProbabilities(generator, batch[0].ToArray(), constraint);
        for (int i = 0; i < values.Length; i++)
        {
            Promise.That(
                i < position ? float.IsFinite(values[i]) : float.IsNegativeInfinity(values[i]),
                $"{Promise.Describe(batch[0])} breaks the constraint at position {position}; the log-probability at {i} is {values[i]}.");
        }
    });

    private void Free() => With((generator, constraint) =>
    {
        if (Broken(constraint) is { } batch)
            Promise.That(LogProbabilities(generator, batch[0].ToArray(), null).All(float.IsFinite),
                $"A log-probability of {Promise.Describe(batch[0])} is not finite.");
    });

    private void Frequencies() => With((generator, constraint) =>
    {
        TokenBatch samples = generator.Sample(options.Samples, _key).AsBatch();
        int[] counts = new int[format.VocabularySize];
        double[] probabilities = new double[format.VocabularySize];
        foreach (int token in ConstraintWalk.Allowed(constraint, constraint.InitialState, []))
            probabilities[token] = Math.Exp(LogProbabilities(generator, [token], constraint)[0]);
        for (int row = 0; row < samples.Count; row++)
            counts[samples[row][0]]++;
        Statistics.Frequencies("As first token", probabilities, counts);
    });

    private void Refused() => With((generator, constraint) =>
    {
        if (Broken(constraint) is not { } batch)
            return;
        float[] before = Likelihood.Of(generator, batch), weights = new float[batch.Count * batch.Length];
        Array.Fill(weights, 1);
        Promise.Throws<ArgumentException>(
            $"Policy gradient with {Promise.Describe(batch[0])}", () => generator.Train(batch, weights, GeneratorObjective.PolicyGradient));
        Promise.SameValues("After the refused step", before, Likelihood.Of(generator, batch), 0);
    });

    /// <summary>A sequence that breaks the constraint; null where none was found.</summary>
    private TokenBatch? Broken(ITokenConstraint constraint)
    {
        TokenBatch batch = TestSequences.Create(format, 1000, options.Seed);
        for (int row = 0; row < batch.Count; row++)
        {
            if (FirstViolation(constraint, batch[row]) >= 0)
                return batch.Slice(row, 1);
        }

        return null;
    }

    private static void Satisfies(ITokenConstraint constraint, TokenBatch batch, string how)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            int position = FirstViolation(constraint, batch[row]);
            Promise.That(
                position < 0, $"{Promise.Describe(batch[row])} was {how}; the constraint does not allow the token at position {position}.");
        }
    }

    private static int FirstViolation(ITokenConstraint constraint, ReadOnlySpan<int> sequence)
    {
        int state = constraint.InitialState;
        for (int position = 0; position < sequence.Length; position++)
        {
            int[] prefix = sequence[..position].ToArray();
            if (!ConstraintWalk.Allowed(constraint, state, prefix).Contains(sequence[position]))
                return position;
            if (position + 1 < sequence.Length)
                state = constraint.Advance(state, prefix, sequence[position]);
        }

        return -1;
    }

    private static float[] LogProbabilities(IGenerator generator, int[] tokens, ITokenConstraint? constraint)
    {
        float[] values = new float[tokens.Length];
        generator.LogProbabilities(new TokenBatch(tokens, 1, tokens.Length), values, 1, constraint, CancellationToken.None);
        return values;
    }
}
