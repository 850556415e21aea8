namespace SeqGan;

/// <summary>Samples into a new buffer: shorthands for <see cref="IGenerator.Sample"/>.</summary>
public static class GeneratorExtensions
{
    /// <summary>Samples complete sequences from a generator without labels; the same seed gives the same sequences.</summary>
    public static SequenceBuffer Sample(
        this IGenerator generator, int count, ulong seed, double temperature = 1, CancellationToken cancellationToken = default) =>
        generator.Sample(count, new RandomKey(seed, RandomPurpose.Sampling), temperature, cancellationToken);

    /// <summary>Samples complete sequences from a generator without labels; the same key gives the same sequences.</summary>
    public static SequenceBuffer Sample(
        this IGenerator generator, int count, RandomKey key, double temperature = 1, CancellationToken cancellationToken = default) =>
        generator.Sample(count, new SampleRequest { Key = key, Temperature = temperature }, cancellationToken);

    /// <summary>Samples <paramref name="count"/> sequences, at least 0, as the request says.</summary>
    public static SequenceBuffer Sample(
        this IGenerator generator, int count, SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var buffer = new SequenceBuffer(generator.Format, count);
        generator.Sample(request, buffer, cancellationToken);
        return buffer;
    }
}
