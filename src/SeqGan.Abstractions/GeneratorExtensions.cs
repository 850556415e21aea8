namespace SeqGan;

/// <summary>Shorthands over <see cref="IGenerator"/>.</summary>
public static class GeneratorExtensions
{
    /// <summary>Samples complete sequences into a new buffer; of a generator without labels.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many sequences; at least 0.</param>
    /// <param name="seed">The same seed gives the same sequences.</param>
    /// <param name="temperature">Divides the logits; positive and finite.</param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    public static SequenceBuffer Sample(
        this IGenerator generator, int count, ulong seed, double temperature = 1, CancellationToken cancellationToken = default) =>
        generator.Sample(count, new RandomKey(seed, RandomPurpose.Sampling), temperature, cancellationToken);

    /// <summary>Samples complete sequences into a new buffer; of a generator without labels.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many sequences; at least 0.</param>
    /// <param name="key">Determines every draw.</param>
    /// <param name="temperature">Divides the logits; positive and finite.</param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    public static SequenceBuffer Sample(
        this IGenerator generator, int count, RandomKey key, double temperature = 1, CancellationToken cancellationToken = default)
    {
        return generator.Sample(count, new SampleRequest { Key = key, Temperature = temperature }, cancellationToken);
    }

    /// <summary>Samples sequences into a new buffer: with labels, or from a prefix on.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="count">How many sequences; at least 0.</param>
    /// <param name="request">What to sample.</param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    /// <exception cref="ArgumentException">As of <see cref="IGenerator.Sample"/>.</exception>
    public static SequenceBuffer Sample(
        this IGenerator generator, int count, SampleRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var buffer = new SequenceBuffer(generator.Format, count);
        generator.Sample(request, buffer, cancellationToken);
        return buffer;
    }
}
