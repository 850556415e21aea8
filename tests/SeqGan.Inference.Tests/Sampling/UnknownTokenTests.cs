using Xunit;

namespace SeqGan.Tests;

/// <summary>The unknown token is read, and never generated.</summary>
public sealed class UnknownTokenTests
{
    private const int Unknown = 2, Draws = 20_000;

    private static readonly SequenceFormat s_format = new(7, 6, 0, endToken: 1, paddingToken: 0, unknownToken: Unknown);
    private static readonly Vocabulary s_vocabulary = new(["a", "b", "c", "d"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Ways => [.. Options.Keys];

    private static Dictionary<string, SamplingOptions> Options => new()
    {
        ["plain"] = new(),
        ["hot"] = new() { Temperature = 1.3 },
        ["freezing"] = new() { Temperature = 1e-30 },
        ["boiling"] = new() { Temperature = 1e30 },
        ["the likeliest"] = new() { TopK = 1 },
        ["the likeliest three"] = new() { Temperature = 1.3, TopK = 3 },
        ["as many as there are"] = new() { Temperature = 1.3, TopK = 7 },
        ["a nucleus"] = new() { Temperature = 1.3, TopP = 0.5 },
        ["nearly all"] = new() { Temperature = 1.3, TopP = 0.999999 },
        ["no repetition"] = new() { Temperature = 1.3, Constraint = TokenConstraint.NoRepeat(2, s_format) },
        ["a minimum length"] = new() { Temperature = 1.3, Constraint = TokenConstraint.MinimumLength(3, s_format) },
        ["a filter"] = new() { Constraint = TokenConstraint.FromFilter((_, allowed) => allowed.AddAll(), s_format) },
        ["one or two"] = new() { Constraint = TokenConstraint.FromFilter((_, allowed) => allowed[1] = allowed[2] = true, s_format) },
        ["any tokens"] = new() { Constraint = TokenConstraint.MatchingTokens(".*", s_format) },
        ["known tokens"] = new() { Constraint = TokenConstraint.KnownTokens(s_format) },
        ["two constraints"] = new()
        {
            Constraint = TokenConstraint.MinimumLength(2, s_format).And(TokenConstraint.NoRepeat(3, s_format)),
        },
        ["a format that does not say so"] = new() { Constraint = TokenConstraint.MinimumLength(3, new(7, 6, 0, 1, 0)) },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Sample_UnknownIsTheLikeliest_IsNeverDrawn(string way)
    {
        var sampler = new SequenceSampler(TestPolicies.FromLogits(s_format, 9, 0, 6, 1, 0.5f, 0, -1));

        foreach (int[] sequence in sampler.Sample(Draws, Options[way] with { Seed = 1 }, Token).Rows())
            Assert.DoesNotContain(sequence, token => token is 0 or Unknown);
    }

    [Fact]
    public async Task Sample_PrefixWithUnknownTokens_ReadsThemAndDrawsNone()
    {
        int[] prefix = [2, 3, 2];
        var sampler = new SequenceSampler(TestPolicies.Create(s_format, seed: 3, scale: 2));
        var options = new SamplingOptions { Seed = 1, Temperature = 1.3 };

        int[][] rows = sampler.Complete(prefix, Draws / 4, options, Token).Rows();

        Assert.All(rows, row => Assert.Equal(prefix, row[..3]));
        Assert.All(rows, row => Assert.DoesNotContain(Unknown, row[3..]));
        Assert.NotEqual(rows, sampler.Complete([3, 3, 3], Draws / 4, options, Token).Rows().Select(row => (int[])[2, 3, 2, .. row[3..]]));
        await foreach (int[] row in sampler.StreamAsync(500, options, prefix, Token))
            Assert.DoesNotContain(Unknown, row[3..]);
        Assert.Equal([3, 2, 3, 2], sampler.Complete(
            [3, 2, 3, 2], 1, options with { Constraint = TokenConstraint.NoRepeat(3, s_format) }, Token).Row(0)[..4].ToArray());
        Assert.Equal([2, 2], sampler.Complete(
            [2, 2], 1, options with { Constraint = TokenConstraint.MinimumLength(3, s_format) }, Token).Row(0)[..2].ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1.3)]
    public void Sample_SharesTheProbabilityOfUnknownOutInProportion(double temperature)
    {
        float[] logits = [0, 0, 2, 1, 0.5f, -0.5f, -1];
        CompiledPolicy policy = TestPolicies.FromLogits(s_format, logits);

        int[][] rows = new SequenceSampler(policy).Sample(Draws, new SamplingOptions { Seed = 5, Temperature = temperature }, Token).Rows();

        double total = logits[1..].Where(logit => logit != 2).Sum(logit => Math.Exp(logit / temperature));
        foreach (int token in (int[])[1, 3, 4, 5, 6])
        {
            double expected = Draws * Math.Exp(logits[token] / temperature) / total;
            Assert.Equal(expected, rows.Count(row => row[0] == token), 5 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void LogProbabilities_OfDataAndOfSamples_EachSumToOne()
    {
        float[] logits = [5, 0, 2, 1, 0.5f, -0.5f, -1];
        var sampler = new SequenceSampler(TestPolicies.FromLogits(s_format, logits));
        TokenBatch each = new(new[] { 1, 2, 3, 4, 5, 6 }, 6, 1);
        float[] ofData = new float[6], ofSamples = new float[6];

        sampler.LogProbabilities(each, ofData, cancellationToken: Token);
        sampler.LogProbabilities(each, ofSamples, constraint: TokenConstraint.KnownTokens(s_format), cancellationToken: Token);

        double data = logits[1..].Sum(logit => Math.Exp(logit)), samples = data - Math.Exp(2);
        for (int token = 1; token < 7; token++)
        {
            Assert.Equal(logits[token] - Math.Log(data), ofData[token - 1], 1e-5);
            Assert.Equal(token == Unknown ? double.NegativeInfinity : logits[token] - Math.Log(samples), ofSamples[token - 1], 1e-5);
        }
    }

    [Fact]
    public void LogProbabilities_OfSamples_NothingFollowsAnUnknownToken()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format));
        float[] values = new float[4], free = new float[4];

        sampler.LogProbabilities(new(new[] { 3, 2, 4, 1 }, 1, 4), values, 1, TokenConstraint.KnownTokens(s_format), Token);
        sampler.LogProbabilities(new(new[] { 3, 2, 4, 1 }, 1, 4), free, 1, null, Token);

        Assert.True(float.IsFinite(values[0]));
        Assert.All(values[1..], value => Assert.Equal(float.NegativeInfinity, value));
        Assert.All(free, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Sample_UnknownIsAllowed_DrawsItAsOftenAsDataHaveIt()
    {
        float[] logits = [5, 0, 2, 1, 0.5f, -0.5f, -1];
        var sampler = new SequenceSampler(TestPolicies.FromLogits(s_format, logits));
        var options = new SamplingOptions { Seed = 2, AllowUnknown = true };

        int[][] rows = sampler.Sample(Draws, options, Token).Rows();

        double expected = Draws * Math.Exp(2) / logits[1..].Sum(logit => Math.Exp(logit));
        Assert.Equal(expected, rows.Count(row => row[0] == Unknown), 5 * Math.Sqrt(expected));
        var constrained = options with { Constraint = TokenConstraint.MinimumLength(2, s_format) };
        Assert.All(sampler.Sample(2000, constrained, Token).Rows(), row => Assert.DoesNotContain(Unknown, row));
        var known = options with { Constraint = TokenConstraint.KnownTokens(s_format) };
        Assert.All(sampler.Sample(2000, known, Token).Rows(), row => Assert.DoesNotContain(Unknown, row));
    }

    [Fact]
    public void Load_ModelWithAVocabulary_NeverGeneratesUnknown()
    {
        // As all files were before the format knew of the token: nothing but the vocabulary tells.
        using var file = new TemporaryFile();
        var before = new SequenceFormat(7, 6, 0, endToken: 1, paddingToken: 0);
        new CompiledPolicy(TestPolicies.Weights(before, scale: 3), s_vocabulary, Tokenizer.Characters).Save(file.Path);
        Assert.DoesNotContain("unknown_token", SafetensorsFile.Read(file.Path).Metadata.Keys);

        CompiledPolicy policy = CompiledPolicy.Load(file.Path);

        Assert.Equal(s_format, policy.Format);
        Assert.All(
            new SequenceSampler(policy).Sample(2000, new SamplingOptions { Seed = 1, Temperature = 1.3 }, Token).Rows(),
            row => Assert.DoesNotContain(Unknown, row));
    }

    [Fact]
    public void Load_ModelOfIdsWithAnUnknownToken_KnowsIt()
    {
        using var file = new TemporaryFile();
        var format = new SequenceFormat(7, 6, unknownToken: 4);
        TestPolicies.Create(format).Save(file.Path);

        Assert.Equal(format, CompiledPolicy.Load(file.Path).Format);
    }

    [Fact]
    public void FromWeights_AVocabularyAndAnotherUnknownToken_NamesBoth()
    {
        using var file = new TemporaryFile();
        var format = new SequenceFormat(7, 6, 0, endToken: 1, paddingToken: 0, unknownToken: 4);
        SafetensorsWriter.Write(file.Path, TestPolicies.Weights(format).Tensors);

        var error = Assert.Throws<ArgumentException>("vocabulary", () => CompiledPolicy.FromWeights(file.Path, format, s_vocabulary));
        Assert.Contains("A vocabulary's unknown token is 2; the format's is 4.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OneOf_ASequenceWithTheUnknownToken_IsNamed()
    {
        var error = Assert.Throws<ArgumentException>("sequences", () => TokenConstraint.OneOf([[3, 4], [3, 2]], s_format));
        Assert.Contains("Sequence 1 of the set has the unknown token 2 at position 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoRepeat_FewerTokensThanASequenceHas_DoesNotCountTheUnknownToken()
    {
        TokenConstraint.NoRepeat(1, new SequenceFormat(4, 4));
        Assert.Throws<ConstraintException>(() => TokenConstraint.NoRepeat(1, new SequenceFormat(4, 4, unknownToken: 3)));
    }
}
