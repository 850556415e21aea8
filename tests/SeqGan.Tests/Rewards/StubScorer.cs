namespace SeqGan.Tests.Rewards;

/// <summary>A scorer whose body a test writes.</summary>
internal class StubScorer(string name, Action<TokenBatch, Memory<float>, CancellationToken> score) : ISequenceScorer
{
    public string Name => name;

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        score(sequences, scores, cancellationToken);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The same as a discriminator that does not train.</summary>
internal sealed class StubDiscriminator(string name, Action<TokenBatch, Memory<float>, CancellationToken> score)
    : StubScorer(name, score), IDiscriminator;
