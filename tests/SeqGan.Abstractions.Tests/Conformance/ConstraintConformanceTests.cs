using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests;

public sealed class ConstraintConformanceTests
{
    [Fact]
    public void Check_CorrectConstraint_Passes() => Check(ConstraintFlaw.None).ThrowIfFailed();

    [Theory]
    [InlineData(ConstraintFlaw.ChangesFormat, "the format and the initial state")]
    [InlineData(ConstraintFlaw.DeadEnd, "some token is allowed")]
    [InlineData(ConstraintFlaw.CountsCalls, "the same question has the same answer")]
    [InlineData(ConstraintFlaw.DependsOnInstance, "another instance answers the same")]
    [InlineData(ConstraintFlaw.MarksBeyond, "some token is allowed")]
    [InlineData(ConstraintFlaw.HasNoText, "it has a text of its own")]
    public void Check_Flaw_FailsTheCheckThatPromisesOtherwise(ConstraintFlaw flaw, string promise)
    {
        ConformanceCheck[] failed = [.. Check(flaw).Checks.Where(check => !check.Passed)];
        Assert.Contains(failed, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
    }

    private static ConformanceReport Check(ConstraintFlaw flaw)
    {
        int made = 0;
        return ConstraintConformance.Check(
            () => new RisingConstraint(flaw, made++), new ConformanceOptions { Samples = 200 }, TestContext.Current.CancellationToken);
    }

    public enum ConstraintFlaw
    {
        None,
        ChangesFormat,
        DeadEnd,
        CountsCalls,
        DependsOnInstance,
        MarksBeyond,
        HasNoText,
    }

    /// <summary>Tokens do not fall; the state is the last one.</summary>
    private sealed class RisingConstraint(ConstraintFlaw flaw, int number) : ITokenConstraint
    {
        private int _calls;

        public SequenceFormat Format => new(9, flaw == ConstraintFlaw.ChangesFormat && _calls > 0 ? 6 : 5, 0, 1, 0);

        public int InitialState => 2;

        public int Advance(int state, ReadOnlySpan<int> prefix, int token) => token;

        public void Allow(int state, ReadOnlySpan<int> prefix, TokenMask allowed)
        {
            int calls = Interlocked.Increment(ref _calls);
            int first = flaw == ConstraintFlaw.DependsOnInstance && number % 2 == 1 ? Math.Min(8, state + 1) : state;
            for (int token = first; token < 9; token++)
                allowed[token] = flaw != ConstraintFlaw.DeadEnd || state < 8;
            allowed[1] = flaw != ConstraintFlaw.DeadEnd && (flaw != ConstraintFlaw.CountsCalls || calls % 3 > 0);
            if (flaw == ConstraintFlaw.MarksBeyond)
                allowed.Bits[0] |= 1UL << 40;
        }

        public override string? ToString() => flaw == ConstraintFlaw.HasNoText ? base.ToString() : "rising";
    }
}
