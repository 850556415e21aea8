using System.Globalization;

namespace SeqGan.Tests;

public sealed class SamplerArgumentTests
{
    private static readonly SequenceFormat s_format = new(7, 4, 0, endToken: 1, paddingToken: 0);
    private static readonly Vocabulary s_vocabulary = new(["a", "b", "c", "d"]);
    private static readonly SequenceSampler s_sampler =
        new(new CompiledPolicy(TestPolicies.Weights(s_format), s_vocabulary, Tokenizer.Characters), 2);

    public static TheoryData<SamplingOptions, string> BadOptions => new()
    {
        { new SamplingOptions { Seed = 0, Temperature = 0 }, "Temperature is 0;" },
        { new SamplingOptions { Seed = 0, Temperature = -0.5 }, "Temperature is -0.5;" },
        { new SamplingOptions { Seed = 0, Temperature = double.NaN }, "Temperature is NaN;" },
        { new SamplingOptions { Seed = 0, Temperature = double.PositiveInfinity },
            "Temperature is " + double.PositiveInfinity.ToString(CultureInfo.InvariantCulture) },
        { new SamplingOptions { Seed = 0, TopK = 0 }, "TopK is 0;" },
        { new SamplingOptions { Seed = 0, TopK = -3 }, "TopK is -3;" },
        { new SamplingOptions { Seed = 0, TopP = 0 }, "TopP is 0;" },
        { new SamplingOptions { Seed = 0, TopP = 1.01 }, "TopP is 1.01;" },
        { new SamplingOptions { Seed = 0, TopP = double.NaN }, "TopP is NaN;" },
    };

    [Fact]
    public void SamplingOptions_Defaults_AreThePlainDistribution() =>
        Assert.Equal(new SamplingOptions { Seed = null, Temperature = 1, TopK = null, TopP = 1 }, new SamplingOptions());

    [Fact]
    public void Sample_WithoutASeed_DrawsOneEachTimeThatCanBeKnown()
    {
        Assert.NotEqual(s_sampler.Sample(50).Rows(), s_sampler.Sample(50).Rows());
        SamplingOptions options = new SamplingOptions { TopK = 3 }.WithSeed();
        Assert.NotNull(options.Seed);
        Assert.Same(options, options.WithSeed());
        Assert.NotEqual(options.Seed, new SamplingOptions().WithSeed().Seed);
        Assert.Equal(s_sampler.Sample(50, options).Rows(), s_sampler.Sample(50, options).Rows());
    }

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void AllMethods_BadOption_NameIt(SamplingOptions options, string message)
    {
        Exception[] errors =
        [
            Assert.Throws<ArgumentException>(nameof(options), () => s_sampler.Sample(1, options)),
            Assert.Throws<ArgumentException>(nameof(options), () => s_sampler.Sample(0, options)),
            Assert.Throws<ArgumentException>(nameof(options), () => s_sampler.Complete([3], 1, options)),
            Assert.Throws<ArgumentException>(nameof(options), () => s_sampler.Generate(1, options)),
            Assert.Throws<ArgumentException>(nameof(options), () => { s_sampler.StreamAsync(1, options); }),
            Assert.Throws<ArgumentException>(nameof(options), () => { s_sampler.GenerateAsync(1, options); }),
        ];
        Assert.All(errors, error => Assert.Contains(message, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Sample_SeveralBadOptions_ListsThemAll()
    {
        var error = Assert.Throws<ArgumentException>(
            "options", () => s_sampler.Sample(1, new SamplingOptions { Seed = 0, Temperature = -1, TopK = 0, TopP = 2 }));
        Assert.All((string[])["Temperature is -1;", "TopK is 0;", "TopP is 2;"],
            part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void AllMethods_NegativeCount_Throw()
    {
        const int count = -1;
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => s_sampler.Sample(count, new SamplingOptions { Seed = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => s_sampler.Complete([], count, new SamplingOptions { Seed = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => s_sampler.Generate(count, new SamplingOptions { Seed = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => { s_sampler.StreamAsync(count); });
        Assert.Throws<ArgumentOutOfRangeException>(nameof(count), () => { s_sampler.GenerateAsync(count); });
    }

    [Fact]
    public void Sample_MoreThanABufferHolds_ThrowsBeforeTakingMemory()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            "count", () => s_sampler.Sample(int.MaxValue, new SamplingOptions { Seed = 0 }));
        Assert.Contains("at most", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadArguments_Throw()
    {
        const int maxThreads = -1;
        Assert.Throws<ArgumentNullException>("policy", () => new SequenceSampler(null!));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(maxThreads), () => new SequenceSampler(s_sampler.Policy, maxThreads));
    }

    [Theory]
    [InlineData("The prefix has 5 tokens; a sequence has at most 3 and its end token.", 3, 3, 3, 3, 3)]
    [InlineData("has token 7 at position 1", 3, 7)]
    [InlineData("has token -2 at position 0", -2)]
    [InlineData("has the padding token 0 at position 1", 3, 0, 3)]
    [InlineData("after its end token 1", 3, 1, 3)]
    public void Complete_BadPrefix_NamesWhatIsWrong(string message, params int[] prefix)
    {
        var error = Assert.Throws<ArgumentException>(nameof(prefix), () => s_sampler.Complete(prefix, 1, new SamplingOptions { Seed = 0 }));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(nameof(prefix), () => { s_sampler.StreamAsync(1, null, prefix); });
    }

    [Fact]
    public async Task Generate_Text_CompletesItLikeItsTokens()
    {
        var options = new SamplingOptions { Seed = 6 };
        IReadOnlyList<string> texts = s_sampler.Generate(300, options, "ab");
        Assert.Equal(
            s_sampler.Complete([3, 4], 300, options).Rows()
                .Select(row => string.Concat(row.Where(id => id != 1).Select(s_vocabulary.GetToken))), texts);
        var streamed = new List<string>();
        await foreach (string text in s_sampler.GenerateAsync(300, options, "ab"))
            streamed.Add(text);
        Assert.Equal(texts, streamed);
    }

    [Fact]
    public void Generate_BadPrefix_NamesIt()
    {
        const string prefix = "abx";
        var error = Assert.Throws<ArgumentException>(nameof(prefix), () => s_sampler.Generate(1, prefix: prefix));
        Assert.Contains("no token 'x'", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(nameof(prefix), () => s_sampler.Generate(1, prefix: "abcda"));
        Assert.Throws<ArgumentException>(nameof(prefix), () => { s_sampler.GenerateAsync(1, prefix: prefix); });
        Assert.Throws<ArgumentNullException>(nameof(prefix), () => s_sampler.Generate(1, prefix: null!));
    }

    [Fact]
    public void Generate_NoVocabulary_GivesIdsAndTakesNoText()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format));
        Assert.Equal(sampler.Sample(20, new SamplingOptions { Seed = 0 }).Rows().Select(row => string.Join(' ', row.Where(id => id != 1))),
            sampler.Generate(20, new SamplingOptions { Seed = 0 }));
        Assert.Throws<ArgumentException>("prefix", () => sampler.Generate(1, prefix: "3"));
    }

    [Fact]
    public void Generate_VocabularyWithoutTokenizer_SaysWhatToPass()
    {
        var sampler = new SequenceSampler(new CompiledPolicy(TestPolicies.Weights(s_format), s_vocabulary));
        Assert.Contains("CompiledPolicy.Load",
            Assert.Throws<InvalidOperationException>(() => sampler.Generate(1, new SamplingOptions { Seed = 0 })).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => sampler.Generate(1, prefix: "a"));
    }
}
