using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests.Conformance;

/// <summary>The library's own constraints, and its generator under them, keep the promises.</summary>
public sealed class ConstraintConformanceTests
{
    private static readonly SequenceFormat s_ending = new(10, 6, 0, endToken: 1, paddingToken: 0), s_fixed = new(10, 6);

    public static TheoryData<string> Kinds => ["pattern", "fixed pattern", "set", "length", "no repeat", "all"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ConstraintConformance_OwnConstraint_Passes(string kind) =>
        ConstraintConformance.Check(() => Create(kind), new ConformanceOptions { Samples = 500 }, TestContext.Current.CancellationToken)
            .ThrowIfFailed();

    [Theory]
    [InlineData("pattern", false)]
    [InlineData("pattern", true)]
    [InlineData("fixed pattern", false)]
    [InlineData("all", false)]
    public void GeneratorConformance_RecurrentGeneratorWithAConstraint_Passes(string kind, bool isBatched)
    {
        ITokenConstraint constraint = Create(kind);
        var options = new GeneratorOptions { EmbeddingSize = 6, HiddenSize = 10, UsesBatchedDecoder = isBatched };
        GeneratorConformance.CheckConstrained(
            () => new RecurrentGenerator(constraint.Format, options, 1, constraint), new ConformanceOptions { Tolerance = 1e-4 },
            TestContext.Current.CancellationToken).ThrowIfFailed();
    }

    [Fact]
    public void GeneratorConformance_GeneratorWithoutAConstraint_Fails() => Assert.False(GeneratorConformance.CheckConstrained(
        () => new RecurrentGenerator(s_ending, new GeneratorOptions { EmbeddingSize = 2, HiddenSize = 2 }),
        cancellationToken: TestContext.Current.CancellationToken).Passed);

    private static ITokenConstraint Create(string kind) => kind switch
    {
        "pattern" => TokenConstraint.MatchingTokens("2+ (3 | 4 5)* [6 7 8]?", s_ending),
        "fixed pattern" => TokenConstraint.MatchingTokens("(0 1)+ [2 3 4]*", s_fixed),
        "set" => TokenConstraint.OneOf([[2, 3], [2, 4, 5], [9], [3, 3, 3, 3, 3]], s_ending),
        "length" => TokenConstraint.MinimumLength(3, s_ending),
        "no repeat" => TokenConstraint.NoRepeat(2, s_ending),
        _ => TokenConstraint.All(TokenConstraint.MatchingTokens(".* 4?", s_ending), TokenConstraint.MinimumLength(2, s_ending),
            TokenConstraint.FromFilter((_, allowed) => { allowed.AddAll(); allowed[5] = false; }, s_ending, "no 5")),
    };
}
