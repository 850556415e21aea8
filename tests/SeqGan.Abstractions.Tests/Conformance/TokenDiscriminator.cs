using System.Runtime.InteropServices;

namespace SeqGan.Tests;

/// <summary>A correct discriminator, logistic regression on the mean of its tokens' weights, with one flaw on demand.</summary>
internal sealed class TokenDiscriminator(SequenceFormat format, ScorerFlaw flaw = ScorerFlaw.None) : IDiscriminator, IDisposable
{
    private const double LearningRate = 1;

    private readonly double[] _weights = new double[format.VocabularySize];
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private bool _disposed;
    private bool _trained;
    private uint _calls;

    public string Name => flaw switch
    {
        ScorerFlaw.NoName => " ",
        ScorerFlaw.ChangesName => $"D{_calls}",
        _ => "D",
    };

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        if (flaw != ScorerFlaw.IgnoresDisposal)
            ObjectDisposedException.ThrowIf(_disposed, this);
        if (flaw != ScorerFlaw.IgnoresCancellation && cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (flaw == ScorerFlaw.FailsOnEmptyBatch && sequences.Count == 0)
            throw new InvalidOperationException("Empty.");
        if (flaw == ScorerFlaw.NeedsItsThread && Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("Another thread.");
        _calls++;
        int count = flaw == ScorerFlaw.LeavesLastScore ? sequences.Count - 1 : sequences.Count;
        for (int row = 0; row < count; row++)
            scores.Span[row] = (float)Flawed(sequences, row);
        if (flaw == ScorerFlaw.WritesBeside && MemoryMarshal.TryGetArray<float>(scores, out ArraySegment<float> segment))
            segment.Array![0] = 0.5f;
        if (flaw == ScorerFlaw.ChangesBatch)
            MemoryMarshal.AsMemory(sequences.Tokens).Span.Reverse();
        return ValueTask.CompletedTask;
    }

    public ValueTask<DiscriminatorStep> TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default)
    {
        if (flaw is not (ScorerFlaw.IgnoresDisposal or ScorerFlaw.TrainsAfterDisposal))
            ObjectDisposedException.ThrowIf(_disposed, this);
        if (flaw == ScorerFlaw.NeedsEqualSizes && real.Count != generated.Count)
            throw new InvalidOperationException("The sizes differ.");
        if (cancellationToken.IsCancellationRequested && flaw != ScorerFlaw.TrainsWhenCancelled)
            return ValueTask.FromCanceled<DiscriminatorStep>(cancellationToken);

        double direction = flaw == ScorerFlaw.TrainsTheWrongWay ? -1 : 1;
        var step = new DiscriminatorStep
        {
            Trained = flaw != ScorerFlaw.SaysItDidNotTrain,
            RealScore = Ascend(real, 1, direction),
            GeneratedScore = Ascend(generated, 0, direction),
            Accuracy = flaw == ScorerFlaw.InsaneAccuracy ? 50 : 0.5,
            Loss = 0.7,
        };
        _trained = true;
        if (flaw == ScorerFlaw.ChangesTrainingBatch)
            MemoryMarshal.AsMemory(real.Tokens).Span.Clear();
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<DiscriminatorStep>(cancellationToken)
            : ValueTask.FromResult(step);
    }

    public void Dispose() => _disposed = true;

    private double Ascend(TokenBatch batch, double label, double direction)
    {
        double total = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            double score = Score(batch[row]);
            total += score;
            foreach (int token in batch[row])
                _weights[token] += direction * LearningRate * (label - score) / (batch.LengthOf(row) * batch.Count);
        }

        return total / batch.Count;
    }

    private double Flawed(TokenBatch batch, int row)
    {
        double score = Score(batch[row]);
        return flaw switch
        {
            ScorerFlaw.FailsOnLargeBatch when row > 512 => 0,
            ScorerFlaw.DropsOut => score * new RandomKey(_calls, RandomPurpose.Dropout).NextUniform(row),
            ScorerFlaw.DropsOutAfterTraining when _trained => score * new RandomKey(_calls, RandomPurpose.Dropout).NextUniform(row),
            ScorerFlaw.CountsBatch => score / batch.Count,
            ScorerFlaw.LooksAtNeighbour when row > 0 => Score(batch[row - 1]) / (1 + batch[row - 1][0]),
            ScorerFlaw.LooksAtPadding => score / (1 + batch.Tokens.Span.Slice(row * batch.Length, batch.Length)[^1]),
            ScorerFlaw.CountsColumns => score / batch.Length,
            ScorerFlaw.ScoresInfinity => double.PositiveInfinity,
            ScorerFlaw.ScoresNaN => double.NaN,
            ScorerFlaw.ScoresLogits => 3 + score,
            _ => score,
        };
    }

    private double Score(ReadOnlySpan<int> sequence)
    {
        double sum = 0;
        foreach (int token in sequence)
            sum += _weights[token];
        return 1 / (1 + Math.Exp(-sum / sequence.Length));
    }
}
