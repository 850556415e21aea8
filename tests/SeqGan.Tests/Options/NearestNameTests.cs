namespace SeqGan.Tests;

public class NearestNameTests
{
    private static readonly string[] s_names = ["BatchSize", "Seed", "Patience", "Generator"];

    [Theory]
    [InlineData("BatchSze", "BatchSize")]
    [InlineData("batch_size", "BatchSize")]
    [InlineData("Generater", "Generator")]
    [InlineData("GENERATOR", "Generator")]
    [InlineData("Patiense", "Patience")]
    [InlineData("Sed", "Seed")]
    [InlineData("Need", "Seed")]
    [InlineData("Sea", null)]
    [InlineData("Epochs", null)]
    [InlineData("", null)]
    public void Find_Name_GivesTheOneWithTheFewestChangesIfTheyAreFew(string name, string? expected) =>
        Assert.Equal(expected, NearestName.Find(name, s_names));

    [Fact]
    public void Find_NoNames_GivesNone() => Assert.Null(NearestName.Find("Seed", []));
}
