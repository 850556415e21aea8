namespace SeqGan.Endurance.Fuzzing;

/// <summary>The components whose states are read.</summary>
internal static class ComponentStates
{
    private static readonly SequenceFormat s_format = new(4, 3, 0, 1, 0);
    private static readonly TokenBatch s_batch = new(new[] { 2, 3, 1, 3, 2, 1 }, 2, 3);

    public static ComponentStateReader Generator() => new(
        "generator-state",
        () => new RecurrentGenerator(
            s_format, new GeneratorOptions { EmbeddingSize = 2, HiddenSize = 3, Dropout = 0.5, WeightAveraging = 0.5 }),
        component => ((RecurrentGenerator)component).Train(s_batch, [1, 1, 1, 1, 1, 1], GeneratorObjective.MaximumLikelihood));

    public static ComponentStateReader Discriminator() => new(
        "discriminator-state",
        () => ModuleDiscriminator.Create(
            s_format, new DiscriminatorOptions { EmbeddingSize = 2, FilterWidths = [1, 2], FilterCounts = [2, 2] }),
        component => ((ModuleDiscriminator)component).TrainAsync(s_batch, s_batch).AsTask().GetAwaiter().GetResult());

    public static ComponentStateReader DiversityFilter() => new(
        "filter-state",
        () => new DiversityFilter(Scorers.Length(1, 2), capacity: 8),
        component =>
        {
            var filter = (DiversityFilter)component;
            for (int batch = 0; batch < 6; batch++)
            {
                float[] scores = new float[2];
                var sequences = new TokenBatch(new[] { 2, batch, 3, 1 }, 2, 2);
                filter.ScoreAsync(sequences, scores).AsTask().GetAwaiter().GetResult();
                filter.EndBatch(sequences, scores);
            }
        },
        [.. JsonMutations.All, .. JsonMutations.All, .. TextMutations.All]);
}
