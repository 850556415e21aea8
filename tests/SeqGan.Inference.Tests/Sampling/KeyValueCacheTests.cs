namespace SeqGan.Tests;

/// <summary>Which pages a sequence shares with the prefix that it began with.</summary>
public sealed class KeyValueCacheTests
{
    [Theory]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(12, 5, 7)]
    [InlineData(19, 5, 14)]
    [InlineData(22, 5, 16, 1)]
    public void Constructor_PrefixThatSharesItself_HasItsFirstPositions(int count, params int[] expected)
    {
        var pool = new KeyValuePool(layers: 1, columns: 16);
        var first = new KeyValueCache(pool);
        Append(first, 8);
        first.Share();
        var second = new KeyValueCache(pool, first, 5);
        Append(second, 17);
        second.Share();

        var third = new KeyValueCache(pool, second, count);

        Assert.Equal((22, count), (second.Count, third.Count));
        Assert.Equal(expected, third.Pages.Select(page => page.Count));
        Assert.Equal(second.Pages.Take(expected.Length).Select(page => page.Page), third.Pages.Select(page => page.Page));
        third.Append();
        Assert.Equal(1, third.Pages[^1].Count);
        Assert.DoesNotContain(third.Pages[^1].Page, second.Pages.Select(page => page.Page));
    }

    private static void Append(KeyValueCache cache, int count)
    {
        for (int i = 0; i < count; i++)
            cache.Append();
    }
}
