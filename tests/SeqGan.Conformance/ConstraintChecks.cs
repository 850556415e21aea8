namespace SeqGan.Conformance;

/// <summary>What a constraint promises.</summary>
internal sealed class ConstraintChecks(CheckRunner runner, Func<ITokenConstraint> factory, ConformanceOptions options)
{
    private const int Threads = 4;

    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 30);

    public void Run()
    {
        runner.Check("the format and the initial state stay the same", Constants);
        runner.Check("some token is allowed until the sequence ends", NoDeadEnds);
        runner.Check("the same question has the same answer", SameAnswers);
        runner.Check("another instance answers the same", OtherInstance);
        runner.Check("several threads may ask at a time", ManyThreads);
        runner.Check("it has a text of its own", Text);
    }

    private void Constants()
    {
        ITokenConstraint constraint = factory();
        (SequenceFormat format, int state) = (constraint.Format, constraint.InitialState);
        Promise.That(format is not null, "The format is null.");
        ConstraintWalk.Run(constraint, _key, 0);
        Promise.That(constraint.Format == format, $"The format is {constraint.Format}; it was {format}.");
        Promise.That(constraint.InitialState == state, $"The initial state is {constraint.InitialState}; it was {state}.");
    }

    private void NoDeadEnds()
    {
        ITokenConstraint constraint = factory();
        for (int walk = 0; walk < options.Samples; walk++)
            ConstraintWalk.Run(constraint, _key, walk,
                (prefix, _, allowed) => Promise.That(
                    allowed.Length > 0,
                    $"After {Promise.Describe(prefix)} it allows no token; a sequence must be able to come to an end within "
                        + $"{constraint.Format.MaxLength} tokens."));
    }

    private void SameAnswers()
    {
        ITokenConstraint constraint = factory();
        var asked = new List<(int[] Prefix, int State, int[] Allowed)>();
        for (int walk = 0; walk < options.BatchSize; walk++)
            ConstraintWalk.Run(constraint, _key, walk, (prefix, state, allowed) => asked.Add((prefix, state, allowed)));
        foreach ((int[] prefix, int state, int[] allowed) in Enumerable.Reverse(asked))
        {
            for (int again = 0; again < 2; again++)
                Same(prefix, allowed, ConstraintWalk.Allowed(constraint, state, prefix), "asked again, it allows");
        }
    }

    private void OtherInstance()
    {
        ITokenConstraint constraint = factory(), other = factory();
        for (int walk = 0; walk < options.BatchSize; walk++)
        {
            int state = other.InitialState;
            ConstraintWalk.Run(constraint, _key, walk, (prefix, _, allowed) =>
            {
                if (prefix.Length > 0)
                    state = other.Advance(state, prefix.AsSpan(0, prefix.Length - 1), prefix[^1]);
                Same(prefix, allowed, ConstraintWalk.Allowed(other, state, prefix), "another instance allows");
            });
        }
    }

    private void ManyThreads()
    {
        ITokenConstraint constraint = factory();
        int[][] alone = [.. Enumerable.Range(0, options.BatchSize).Select(walk => ConstraintWalk.Run(constraint, _key, walk))];
        int[][][] together =
        [
            .. Enumerable.Range(0, Threads).AsParallel().WithDegreeOfParallelism(Threads)
                .Select(_ => Enumerable.Range(0, options.BatchSize).Select(walk => ConstraintWalk.Run(constraint, _key, walk)).ToArray()),
        ];
        foreach (int[][] walks in together)
        {
            for (int walk = 0; walk < walks.Length; walk++)
                Promise.That(walks[walk].AsSpan().SequenceEqual(alone[walk]),
                    $"Asked by {Threads} threads at a time, walk {walk} is {Promise.Describe(walks[walk])}; by one it was "
                        + $"{Promise.Describe(alone[walk])}.");
        }
    }

    private void Text()
    {
        ITokenConstraint constraint = factory();
        Promise.That(
            constraint.ToString() is { Length: > 0 } text && text != constraint.GetType().FullName,
            $"Its text is '{constraint}'; a training is resumed under the constraint of the same text only, so it must say what the "
                + "constraint depends on.");
        Promise.That(constraint.ToString() == factory().ToString(),
            $"Two instances have the texts '{constraint}' and '{factory()}'; they must be the same.");
    }

    private static void Same(int[] prefix, int[] expected, int[] actual, string what) => Promise.That(
        expected.AsSpan().SequenceEqual(actual),
        $"After {Promise.Describe(prefix)} it allows {Promise.Describe(expected)}; {what} {Promise.Describe(actual)}.");
}
