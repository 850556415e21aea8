using CsCheck;
using Xunit;

namespace SeqGan.Tests;

public class LabelSetTests
{
    private static readonly RandomKey s_key = new(4, RandomPurpose.Labels, 7);

    [Fact]
    public void Spread_AsManyAsTrainingSequences_AreExactlyTheirs() =>
        Gen.Select(Gen.Long[0, 50].Array[1, 8].Where(counts => counts.Sum() > 0), Gen.UInt).Sample((counts, step) =>
        {
            int[] labels = Labels(counts).Spread((int)counts.Sum(), s_key with { Step = step });
            Assert.Equal(counts, Counts(labels, counts.Length));
        });

    [Fact]
    public void Spread_AnyNumber_EachLabelWithinOneOfItsShare() =>
        Gen.Select(Gen.Long[0, 1000].Array[1, 8].Where(counts => counts.Sum() > 0), Gen.Int[0, 300], Gen.UInt)
            .Sample((counts, count, step) =>
        {
            LabelSet labels = Labels(counts);
            long[] found = Counts(labels.Spread(count, s_key with { Step = step }), counts.Length);
            for (int label = 0; label < counts.Length; label++)
                Assert.InRange(found[label], count * labels.ShareOf(label) - 1.001, count * labels.ShareOf(label) + 1.001);
        });

    [Fact]
    public void Spread_SameKey_SameLabelsInMixedOrder()
    {
        LabelSet labels = Labels([50, 50]);

        int[] first = labels.Spread(40, s_key);

        Assert.Equal(first, labels.Spread(40, s_key));
        Assert.NotEqual(first.Order(), first);
        Assert.NotEqual(first, labels.Spread(40, s_key with { Step = 8 }));
    }

    [Fact]
    public void Draw_LaterRows_AreThoseOfTheWhole()
    {
        LabelSet labels = Labels([1, 0, 5, 2]);

        Assert.Equal(labels.Draw(100, s_key)[30..50], labels.Draw(20, s_key, firstRow: 30));
        Assert.DoesNotContain(1, labels.Draw(1000, s_key));
    }

    [Theory]
    [InlineData("There are 0 labels; there must be from 1 to 65536.", new string[0], new long[0])]
    [InlineData("The label 'a' occurs twice, at 0 and 2", new[] { "a", "b", "a" }, new long[] { 1, 1, 1 })]
    [InlineData("Label 1 is empty", new[] { "a", " " }, new long[] { 1, 1 })]
    [InlineData("There are 2 labels and 1 counts", new[] { "a", "b" }, new long[] { 1 })]
    [InlineData("The count of label 0 is -1", new[] { "a" }, new long[] { -1 })]
    [InlineData("The count of label 1 is 9223372036854775807", new[] { "a", "b" }, new[] { 1, long.MaxValue })]
    [InlineData("All labels have the count 0", new[] { "a", "b" }, new long[] { 0, 0 })]
    public void Constructor_WhatIsNoSet_SaysWhy(string message, string[] names, long[] counts) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => new LabelSet(names, counts)).Message, StringComparison.Ordinal);

    [Fact]
    public void Constructor_NameTooLong_SaysHowLongItMayBe() => Assert.Contains(
        "has 1025 characters; at most 1024 are possible",
        Assert.Throws<ArgumentException>(() => new LabelSet([new string('x', 1025)], [1])).Message,
        StringComparison.Ordinal);

    private static LabelSet Labels(long[] counts) => new(counts.Select((_, label) => $"label {label}"), counts);

    private static long[] Counts(int[] labels, int count) =>
        [.. Enumerable.Range(0, count).Select(label => labels.LongCount(value => value == label))];
}
