namespace SeqGan.Tests.Training;

/// <summary>Scores by a rule; writes down what it is trained on.</summary>
internal sealed class FakeDiscriminator(Action<string>? happened = null) : IDiscriminator
{
    public string Name => "fake";

    public List<string> Fed { get; } = [];

    public Func<int[], float> Rule { get; set; } = _ => 0.5f;

    public Func<DiscriminatorStep> Step { get; set; } =
        () => new() { Loss = 0.7, Accuracy = 0.75, RealScore = 0.6, GeneratedScore = 0.4, GradientNorm = 3 };

    public Func<Task>? Pause { get; set; }

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        for (int row = 0; row < sequences.Count; row++)
            scores.Span[row] = Rule(sequences[row].ToArray());
        return ValueTask.CompletedTask;
    }

    public async ValueTask<DiscriminatorStep> TrainAsync(
        TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default)
    {
        Fed.Add($"{string.Join(' ', real.Tokens.ToArray())} | {string.Join(' ', generated.Tokens.ToArray())}");
        happened?.Invoke("D");
        if (Pause is not null)
            await Pause();
        return Step();
    }
}
