namespace SeqGan.Conformance;

/// <summary>Sequences of a generator; where its format has labels, all have the first one.</summary>
internal static class Samples
{
    public static SequenceBuffer Draw(
        this IGenerator generator, int count, RandomKey key, double temperature = 1, CancellationToken cancellationToken = default)
    {
        var buffer = new SequenceBuffer(generator.Format, count);
        generator.Sample(Request(generator.Format, count, key) with { Temperature = temperature }, buffer, cancellationToken);
        return buffer;
    }

    public static SampleRequest Request(SequenceFormat format, int count, RandomKey key) =>
        new() { Key = key, Labels = Labels(format, count) };

    public static int[] Labels(SequenceFormat format, int count) => new int[format.LabelCount == 0 ? 0 : count];
}
