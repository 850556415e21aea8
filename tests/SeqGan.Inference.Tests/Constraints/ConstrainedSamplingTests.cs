using System.Text.RegularExpressions;

namespace SeqGan.Tests.Constraints;

/// <summary>The compiled path under constraints: distributions, threads, prefixes, likelihoods and errors.</summary>
public sealed class ConstrainedSamplingTests
{
    private static readonly SequenceFormat s_ending = new(6, 4, 0, endToken: 1, paddingToken: 0), s_fixed = new(4, 4);
    private static readonly SequenceFormat s_wide = new(300, 12, 0, endToken: 1, paddingToken: 0);

    public static TheoryData<string> Kinds => ["ending few", "ending many", "fixed", "no repeat"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void LogProbabilities_AllSequences_AreTheDistributionRenormalisedStepByStep(string kind)
    {
        (ITokenConstraint constraint, PolicyWeights weights) = Case(kind);
        var reference = new ReferenceNetwork(weights);
        int[][] all = [.. ConstraintLanguage.All(weights.Format)];
        double total = 0;
        foreach (int[] sequence in all)
        {
            float[] values = new float[sequence.Length];
            new SequenceSampler(new CompiledPolicy(weights))
                .LogProbabilities(new TokenBatch(sequence, 1, sequence.Length), values, 0.8, constraint);
            double[] expected = Expected(reference, constraint, sequence, 0.8);
            for (int position = 0; position < sequence.Length; position++)
            {
                if (double.IsNegativeInfinity(expected[position]))
                    Assert.True(float.IsNegativeInfinity(values[position]));
                else
                    Assert.Equal(expected[position], values[position], 4e-5);
            }

            total += Math.Exp(values.Sum());
        }

        Assert.Equal(1, total, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Sample_ManySequences_HaveTheRenormalisedFrequencies(string kind)
    {
        const int count = 20_000;
        (ITokenConstraint constraint, PolicyWeights weights) = Case(kind);
        var reference = new ReferenceNetwork(weights);
        Dictionary<string, int> made = new SequenceSampler(new CompiledPolicy(weights))
            .Sample(count, new SamplingOptions { Seed = 3, Constraint = constraint }).Rows().CountBy(row => string.Join(' ', row))
            .ToDictionary();
        int found = 0;
        foreach (IGrouping<string, int[]> alike in ConstraintLanguage.All(weights.Format)
            .GroupBy(sequence => string.Join(' ', weights.Format.Limit(sequence).ToArray())))
        {
            double p = alike.Sum(sequence => Math.Exp(Expected(reference, constraint, sequence, 1).Sum()));
            int frequency = made.GetValueOrDefault(alike.Key);
            Assert.InRange(frequency, (count * p) - (5 * Math.Sqrt(count * p)) - 3, (count * p) + (5 * Math.Sqrt(count * p)) + 3);
            if (p == 0)
                Assert.Equal(0, frequency);
            found += frequency;
        }

        Assert.Equal(count, found);
    }

    [Fact]
    public void Sample_AllKernelsThreadsAndPieces_GiveTheSameTokens()
    {
        CompiledPolicy policy = TestPolicies.Create(s_wide, GeneratorNetwork.Lstm, 1, 6, 8);
        foreach (ITokenConstraint constraint in WideConstraints())
        {
            var options = new SamplingOptions { Seed = 4, Temperature = 1.3, TopK = 200, TopP = 0.98, Constraint = constraint };
            int[][] expected = new SequenceSampler(policy, 1, Kernels.All[^1]).Sample(140, options).Rows();
            foreach (Kernels kernels in Kernels.All)
            {
                foreach (int threads in (int[])[1, 3])
                    Assert.Equal(expected, new SequenceSampler(policy, threads, kernels).Sample(140, options).Rows());
            }

            Assert.Equal(expected[..70], new SequenceSampler(policy, 2).Sample(70, options).Rows());
        }
    }

    [Fact]
    public void Sample_EveryConstraint_IsSatisfiedByEverySequence()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_wide));
        foreach (ITokenConstraint constraint in WideConstraints())
        {
            var guard = new ConstraintGuard(constraint, s_wide, "constraint");
            var room = new AllowedTokens(s_wide.VocabularySize);
            foreach (int[] row in sampler.Sample(500, new SamplingOptions { Seed = 0, Temperature = 5, Constraint = constraint }).Rows())
                Assert.Equal(-1, guard.FindViolation(row, room));
        }
    }

    [Fact]
    public void Sample_TopKOne_TakesTheLikeliestOfTheAllowedTokens()
    {
        float[] logits = [0, -9, 5, 4, 3, 2];
        var sampler = new SequenceSampler(TestPolicies.FromLogits(s_ending, logits));
        int[][] made = sampler.Sample(20,
            new SamplingOptions { Seed = 0, TopK = 1, Constraint = TokenConstraint.MatchingTokens("[4 5 3] [5 4] 5", s_ending) }).Rows();
        Assert.All(made, row => Assert.Equal([3, 4, 5, 1], row));
        int[][] nucleus = sampler.Sample(200,
            new SamplingOptions
            {
                Seed = 0,
                TopP = 0.6,
                Constraint = TokenConstraint.MatchingTokens("[4 5] [4 5] [3 4]", s_ending),
            }).Rows();
        Assert.All(nucleus, row => Assert.Equal([4, 4, 3, 1], row));
    }

    [Fact]
    public void Complete_Prefix_GoesOnUnderTheConstraint()
    {
        ITokenConstraint constraint = TokenConstraint.MatchingTokens("2 (3|4) (5 5 | 2)", s_ending);
        var sampler = new SequenceSampler(TestPolicies.Create(s_ending));
        var options = new SamplingOptions { Seed = 0, Constraint = constraint };
        Assert.Equal(["2 3 2 1"],
            sampler.Complete([2, 3], 200, options).Rows().Select(row => string.Join(' ', row)).Distinct().Order());
        Assert.All(sampler.Complete([2, 3, 2, 1], 3, options).Rows(), row => Assert.Equal([2, 3, 2, 1], row));
        ConstraintException error = Assert.Throws<ConstraintException>(() => sampler.Complete([2, 5], 3, options));
        Assert.Contains("does not allow token 5 at position 1", error.Message, StringComparison.Ordinal);
        Assert.Equal([2, 5], error.Prefix);
        Assert.Throws<ConstraintException>(() => sampler.Complete([2, 3, 1], 3, options));
    }

    [Fact]
    public async Task Generate_TextPattern_GivesMatchingTextsAlsoAsAStream()
    {
        var vocabulary = new Vocabulary("0123456789-abc".Select(character => character.ToString()));
        var format = new SequenceFormat(vocabulary.Count, 10, 0, 1, 0);
        var policy = new CompiledPolicy(TestPolicies.Weights(format), vocabulary, Tokenizer.Characters);
        const string pattern = @"\d{2,3}-[a-c]+";
        var options = new SamplingOptions { Seed = 0,
            Constraint = TokenConstraint.MatchingText(pattern, format, vocabulary, policy.Tokenizer) };
        var sampler = new SequenceSampler(policy);
        var texts = new List<string>();
        await foreach (string text in sampler.GenerateAsync(400, options))
            texts.Add(text);
        Assert.Equal(texts, sampler.Generate(400, options));
        Assert.All(texts, text => Assert.Matches($"^{pattern}$", text));
        Assert.True(texts.Distinct().Count() > 300);
        ConstraintException error = Assert.Throws<ConstraintException>(() => sampler.Generate(1, options, "12a"));
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_ConstraintOfAnotherFormat_IsRefused()
    {
        ITokenConstraint constraint = TokenConstraint.MinimumLength(1, new SequenceFormat(6, 5, 0, 1, 0));
        var sampler = new SequenceSampler(TestPolicies.Create(s_ending));
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => sampler.Sample(1, new SamplingOptions { Seed = 0, Constraint = constraint }));
        Assert.Equal("options", error.ParamName);
        Assert.Contains("another format", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => sampler.LogProbabilities(new TokenBatch(new int[] { 2 }, 1, 1), new float[1], 1, constraint));
        ITokenConstraint labelled = TokenConstraint.MinimumLength(1, new SequenceFormat(6, 4, 0, 1, 0, labelCount: 3));
        Assert.Equal(2, sampler.Sample(2, new SamplingOptions { Seed = 0, Constraint = labelled }).Count);
    }

    [Fact]
    public void Sample_ConstraintThatAllowsNothing_ThrowsWithThePrefix()
    {
        ITokenConstraint two = TokenConstraint.FromFilter(
            (prefix, allowed) => { if (prefix.Length < 2) allowed[3] = true; }, s_ending, "two at most");
        ConstraintException error = Assert.Throws<ConstraintException>(() => Sample(two, 100));
        Assert.Equal([3, 3], error.Prefix);
        Assert.Contains("'two at most' allows no token after the prefix [3 3]", error.Message, StringComparison.Ordinal);
        ITokenConstraint padding = TokenConstraint.FromFilter((_, allowed) => allowed[0] = true, s_ending);
        Assert.Empty(Assert.Throws<ConstraintException>(() => Sample(padding, 1)).Prefix);
        ITokenConstraint beyond = TokenConstraint.FromFilter((_, allowed) => allowed.Bits[0] = 1UL << 40, s_ending);
        Assert.Empty(Assert.Throws<ConstraintException>(() => Sample(beyond, 1)).Prefix);
    }

    [Fact]
    public void Sample_ConstraintThatThrows_ThrowsWithThePrefixAndTheCause()
    {
        ITokenConstraint failing = TokenConstraint.FromFilter(
            (prefix, allowed) => allowed[prefix.Length < 1 ? 4 : 99] = true, s_ending, "faulty");
        ConstraintException error = Assert.Throws<ConstraintException>(() => Sample(failing, 300));
        Assert.Equal([4], error.Prefix);
        Assert.IsType<ArgumentOutOfRangeException>(error.InnerException);
        Assert.Contains("'faulty' failed after the prefix [4]", error.Message, StringComparison.Ordinal);
        var cancels = TokenConstraint.FromFilter((_, _) => throw new OperationCanceledException(), s_ending);
        Assert.Throws<OperationCanceledException>(() => Sample(cancels, 1));
        Assert.Throws<ConstraintException>(() => Sample(new BadState(s_ending), 10));
    }

    [Fact]
    public async Task Sample_ConstraintThatBlocks_StaysCancellableBetweenTokens()
    {
        using var cancel = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        int calls = 0;
        ITokenConstraint blocking = TokenConstraint.FromFilter(
            (_, allowed) =>
            {
                Interlocked.Increment(ref calls);
                begun.Set();
                goOn.Wait(TimeSpan.FromMinutes(5));
                allowed[2] = true;
            },
            s_ending);
        Task<SequenceBuffer> sampling =
            Task.Run(() => new SequenceSampler(TestPolicies.Create(s_ending), 1)
                .Sample(1, new SamplingOptions { Seed = 0, Constraint = blocking }, cancel.Token));
        begun.Wait();
        await cancel.CancelAsync();
        goOn.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sampling);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void LogProbabilities_BrokenSequence_HasMinusInfinityFromThereOnAndOthersAreUntouched()
    {
        ITokenConstraint constraint = TokenConstraint.MatchingTokens("2 3 4?", s_ending);
        var sampler = new SequenceSampler(TestPolicies.Create(s_ending));
        float[] values = new float[12];
        sampler.LogProbabilities(new TokenBatch(new int[] { 2, 3, 4, 1, 2, 5, 4, 1, 2, 3, 0, 0 }, 3, 4, new int[] { 4, 4, 2 }), values, 1,
            constraint);
        Assert.Equal(0, values[0]);
        Assert.Equal(0, values[1]);
        Assert.True(values[2] < 0 && float.IsFinite(values[2]));
        Assert.Equal(0, values[3]);
        Assert.Equal([0, float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity, 0, 0, 0, 0], values[4..]);
    }

    private static SequenceBuffer Sample(ITokenConstraint constraint, int count) =>
        new SequenceSampler(TestPolicies.Create(s_ending)).Sample(count, new SamplingOptions { Seed = 0, Constraint = constraint });

    private static (ITokenConstraint Constraint, PolicyWeights Weights) Case(string kind) => kind switch
    {
        "ending few" => (TokenConstraint.MatchingTokens("2* (3 4)* 5?", s_ending), TestPolicies.Weights(s_ending, scale: 1)),
        "ending many" => (TokenConstraint.MinimumLength(2, s_ending), TestPolicies.Weights(s_ending, GeneratorNetwork.Gru, 2, scale: 1)),
        "fixed" => (TokenConstraint.MatchingTokens("(0 1)* [2 3 0]*", s_fixed), TestPolicies.Weights(s_fixed, scale: 1)),
        _ => (TokenConstraint.NoRepeat(1, s_ending).And(TokenConstraint.MatchingTokens("(2 | 3 | 4)* 5?", s_ending)),
            TestPolicies.Weights(s_ending, scale: 1)),
    };

    private static ITokenConstraint[] WideConstraints()
    {
        var random = new Random(2);
        return
        [
            TokenConstraint.MatchingTokens("(2|3|4) [5 6 7 8 9 10]* [^11 12 13]{2,3} .{1,4} 14", s_wide),
            TokenConstraint.OneOf(Enumerable.Range(0, 500)
                .Select(_ => Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(2, 300)).ToArray()), s_wide),
            TokenConstraint.NoRepeat(1, s_wide).And(TokenConstraint.MinimumLength(5, s_wide)),
            TokenConstraint.FromFilter((prefix, allowed) =>
                { allowed.AddAll(); allowed.Bits[prefix.Length % 4] = 0; allowed[1] = true; }, s_wide),
        ];
    }

    /// <summary>The log-probability of each token among those that lead to an accepted sequence.</summary>
    private static double[] Expected(ReferenceNetwork reference, ITokenConstraint constraint, int[] sequence, double temperature)
    {
        double[] values = new double[sequence.Length];
        Array.Fill(values, double.NegativeInfinity);
        int state = constraint.InitialState;
        for (int position = 0; position < sequence.Length; position++)
        {
            int[] prefix = sequence[..position], allowed = ConstraintLanguage.Allowed(constraint, state, prefix);
            if (!allowed.Contains(sequence[position]))
                break;
            double[] next = reference.Next(prefix, temperature);
            values[position] = Math.Log(next[sequence[position]] / allowed.Sum(token => next[token]));
            state = constraint.Advance(state, prefix, sequence[position]);
        }

        return values;
    }

    private sealed class BadState(SequenceFormat format) : ITokenConstraint
    {
        private readonly int[] _table = [0, 0];

        public SequenceFormat Format => format;

        public int InitialState => 0;

        public int Advance(int state, ReadOnlySpan<int> prefix, int token) => -1;

        public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed) => allowed[2 + _table[state]] = true;
    }
}
