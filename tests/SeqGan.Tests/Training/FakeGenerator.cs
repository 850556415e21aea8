namespace SeqGan.Tests.Training;

/// <summary>Draws tokens uniformly, but never the last of the vocabulary; writes down what is asked of it.</summary>
internal class FakeGenerator(SequenceFormat format, Action<string>? happened = null) : IGenerator
{
    public SequenceFormat Format => format;

    public List<string> Fed { get; } = [];

    /// <summary>Gives a step's loss; by default the mean weight.</summary>
    public Func<GeneratorObjective, double>? Loss { get; set; }

    /// <summary>Gives a token's log-probability, after so many steps; by default -1.</summary>
    public Func<int, int, float> LogProbability { get; set; } = (_, _) => -1;

    /// <summary>Called before each step.</summary>
    public Action? BeforeStep { get; set; }

    public bool GivesLogProbabilities { get; set; } = true;

    public bool IsDisposed { get; private set; }

    public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);

        // The trial before a training is none of its events.
        if (request.Key is not { Purpose: RandomPurpose.Evaluation, Step: 0 })
            happened?.Invoke($"sample {request.Key.Purpose} {request.Key.Step}");
        cancellationToken.ThrowIfCancellationRequested();
        for (int row = 0; row < destination.Count; row++)
        {
            Span<int> tokens = destination.Row(row);
            for (int position = 0; position < tokens.Length; position++)
                tokens[position] = (int)(request.Key.NextUniform(request.FirstRow + row, 0, position) * (format.VocabularySize - 1));
            destination.SetLength(row, tokens.Length);
        }
    }

    public void LogProbabilities(TokenBatch sequences, Span<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
        CancellationToken cancellationToken = default)
    {
        if (!GivesLogProbabilities)
            throw new NotSupportedException();
        happened?.Invoke("log-probabilities");
        for (int i = 0; i < sequences.Count * sequences.Length; i++)
            destination[i] = LogProbability(sequences.Tokens.Span[i], Fed.Count);
    }

    public GeneratorStep Train(
        TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default)
    {
        BeforeStep?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        Fed.Add($"{objective} {string.Join(' ', sequences.Tokens.ToArray())} | {string.Join(' ', weights.ToArray())}");
        happened?.Invoke(objective == GeneratorObjective.MaximumLikelihood ? "mle" : "pg");
        double mean = weights.ToArray().Average();
        return new GeneratorStep { Loss = Loss?.Invoke(objective) ?? mean, NegativeLogLikelihood = 1.5, GradientNorm = 2 };
    }

    public IRolloutPolicy CreateRolloutPolicy() => throw new NotSupportedException();

    public void Dispose() => IsDisposed = true;
}
