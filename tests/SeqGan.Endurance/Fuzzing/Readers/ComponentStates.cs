namespace SeqGan.Endurance.Fuzzing;

/// <summary>The components whose states are read.</summary>
internal static class ComponentStates
{
    private static readonly SequenceFormat s_format = new(4, 3, 0, 1, 0);
    private static readonly TokenBatch s_batch = new(new[] { 2, 3, 1, 3, 2, 1 }, 2, 3);

    public static ComponentStateReader Generator() => new(
        "generator-state",
        () => new RecurrentGenerator(s_format, new GeneratorOptions { EmbeddingSize = 2, HiddenSize = 3 }),
        component => ((RecurrentGenerator)component).Train(s_batch, [1, 1, 1, 1, 1, 1], GeneratorObjective.MaximumLikelihood));

    public static ComponentStateReader Discriminator() => new(
        "discriminator-state",
        () => new ConvolutionalDiscriminator(s_format, new DiscriminatorOptions { EmbeddingSize = 2, FilterWidths = [1, 2], FilterCounts = [2, 2] }),
        component => ((ConvolutionalDiscriminator)component).TrainAsync(s_batch, s_batch).AsTask().GetAwaiter().GetResult());
}
