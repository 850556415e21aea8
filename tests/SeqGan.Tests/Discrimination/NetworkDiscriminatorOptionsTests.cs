namespace SeqGan.Tests.Discrimination;

public class NetworkDiscriminatorOptionsTests
{
    [Fact]
    public void Convolutional_StateDictionary_HasPinnedNamesAndShapes()
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(
            DiscriminatorNetwork.Convolutional, Discriminators.Fixed, configure: o =>
                (o.FilterWidths, o.FilterCounts) = ([1, 3, 7], [8, 5, 9]));
        Assert.Equal(
            [
                "convolutions.0.bias [8]", "convolutions.0.weight [8, 6, 1]", "convolutions.1.bias [5]", "convolutions.1.weight [5, 6, 3]",
                "embedding.weight [11, 6]",
                "highway.0.gate.bias [13]", "highway.0.gate.weight [13, 13]", "highway.0.transform.bias [13]",
                "highway.0.transform.weight [13, 13]",
                "output.bias [2]", "output.weight [2, 13]",
            ],
            Describe(discriminator));
    }

    [Fact]
    public void Gru_StateDictionary_HasPinnedNamesAndShapes()
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(DiscriminatorNetwork.Gru, Discriminators.Fixed);
        Assert.Equal(
            [
                "embedding.weight [11, 6]",
                "gru.bias_hh_l0 [30]", "gru.bias_ih_l0 [30]", "gru.weight_hh_l0 [30, 10]", "gru.weight_ih_l0 [30, 6]",
                "output.bias [2]", "output.weight [2, 10]",
            ],
            Describe(discriminator));
    }

    [Fact]
    public void PublishedFilters_AreTheWidthsAndCountsOfTheSyntheticExperiment()
    {
        Assert.Equal(12, DiscriminatorOptions.PublishedFilterWidths.Count);
        Assert.Equal(1720, DiscriminatorOptions.PublishedFilterCounts.Sum());
        using ModuleDiscriminator discriminator = Discriminators.Create(
            DiscriminatorNetwork.Convolutional,
            new SequenceFormat(50, 20),
            configure: o => (o.FilterWidths, o.FilterCounts, o.EmbeddingSize) =
                (DiscriminatorOptions.PublishedFilterWidths, DiscriminatorOptions.PublishedFilterCounts, 64));
        Assert.Contains("convolutions.11.weight [160, 64, 20]", Describe(discriminator));
        Assert.Contains("output.weight [2, 1720]", Describe(discriminator));
    }

    [Fact]
    public void GeneratorStates_WithoutGeneratorOnAnotherDevice_ListsBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => ModuleDiscriminator.Create(
            Discriminators.Fixed, new DiscriminatorOptions { Network = DiscriminatorNetwork.GeneratorStates, Device = "cuda" }));

        Assert.Contains("Network is GeneratorStates, whose states are a NeuralGenerator's", error.Message, StringComparison.Ordinal);
        Assert.Contains("Device is cuda, but Network is GeneratorStates", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convolutional_OptionsOutOfRange_ListsThemAllWithTheirValues()
    {
        var error = Assert.Throws<ArgumentException>(() => Discriminators.Create(
            DiscriminatorNetwork.Convolutional,
            Discriminators.Fixed,
            configure: o => (o.EmbeddingSize, o.Dropout, o.Device, o.FilterCounts) = (-3, 1.5, "tpu", [8])));
        Assert.Contains("EmbeddingSize is -3", error.Message, StringComparison.Ordinal);
        Assert.Contains("Dropout is 1.5", error.Message, StringComparison.Ordinal);
        Assert.Contains("Device is 'tpu'", error.Message, StringComparison.Ordinal);
        Assert.Contains("FilterCounts has 1;", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5, "each must be at least 1")]
    [InlineData(2, -5, "each must be at least 1")]
    [InlineData(7, 5, "at least one must fit sequences of at most 6 tokens")]
    public void Convolutional_BadFilters_SaysWhatWouldBeValid(int width, int count, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => Discriminators.Create(
            DiscriminatorNetwork.Convolutional, Discriminators.Fixed, configure: o =>
                (o.FilterWidths, o.FilterCounts) = ([width], [count])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gru_OptionsOutOfRange_NamesTheValue()
    {
        var error = Assert.Throws<ArgumentException>(
            () => Discriminators.Create(DiscriminatorNetwork.Gru, Discriminators.Fixed, configure: o => o.HiddenSize = 0));
        Assert.Contains("HiddenSize is 0", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Describe(ModuleDiscriminator discriminator) =>
        discriminator.StateDictionary().Select(weight => $"{weight.Key} [{string.Join(", ", weight.Value.shape)}]")
            .Order(StringComparer.Ordinal);
}
