namespace SeqGan.Tests;

/// <summary>Generates given sequences in turn, and gives token k the log-probability -k; at padding it writes nonsense.</summary>
internal sealed class FakeGenerator(SequenceFormat format, params int[][] sequences) : IGenerator
{
    public SequenceFormat Format => format;

    public List<SampleRequest> Requests { get; } = [];

    public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Requests.Add(request);
        for (int row = 0; row < destination.Count; row++)
            destination.Set(row, sequences[(request.FirstRow + row) % sequences.Length]);
    }

    public void LogProbabilities(TokenBatch batch, Span<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        destination.Fill(-1000);
        for (int row = 0; row < batch.Count; row++)
        {
            for (int position = 0; position < batch.LengthOf(row); position++)
                destination[(row * batch.Length) + position] = -batch[row][position];
        }
    }

    public GeneratorStep Train(
        TokenBatch batch, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

    public IRolloutPolicy CreateRolloutPolicy() => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
