namespace SeqGan.Rewards;

/// <summary>Holds any scorer to its contract: every breach becomes a <see cref="ScorerException"/> that names the scorer.</summary>
internal sealed class CheckedScorer : IScoreTally
{
    // A quiet NaN whose payload no arithmetic produces by itself: what still reads so afterwards was not written.
    private const int NotWritten = 0x7FD5_EA6A;

    private long _scores, _notApplicable;

    public CheckedScorer(ISequenceScorer scorer)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        (Scorer, Name) = (scorer, scorer.Name);
        if (string.IsNullOrWhiteSpace(Name))
            throw new ArgumentException($"A {scorer.GetType().Name} has no name; metrics, logs and errors need one.", nameof(scorer));
    }

    public ISequenceScorer Scorer { get; }

    public string Name { get; }

    public bool AllowsConcurrency => Scorer.AllowsConcurrency;

    public IEnumerable<ScoreTally> Tallies => (Scorer as IScoreTally)?.Tallies ?? [new(Name, _scores, _notApplicable)];

    public IEnumerable<ScoreSummary> Components => (Scorer as IScoreTally)?.Components ?? [];

    public bool HasSkipped => Scorer is IScoreTally { HasSkipped: true };

    /// <summary>Scores a batch, [Count, Length]; scores, [Count], receive finite numbers or NaN.</summary>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken)
    {
        if (sequences.Count == 0)
            return;
        scores.Span.Fill(BitConverter.Int32BitsToSingle(NotWritten));
        try
        {
            await Scorer.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            throw new ScorerException(Name, $"Scorer '{Name}' failed on {sequences.Count} sequences: {error.Message}", error);
        }

        _notApplicable += Check(scores.Span);
        _scores += sequences.Count;
    }

    /// <summary>Tells a scorer that changes of an estimation that begins.</summary>
    public void BeginBatch(RewardRequest request)
    {
        if (Scorer is IAdaptiveScorer adaptive)
            Tell(() => adaptive.BeginBatch(request), "at the beginning of a batch");
    }

    /// <summary>Tells a scorer that changes of the generator's own sequences.</summary>
    public void EndBatch(TokenBatch sequences, ReadOnlyMemory<float> scores)
    {
        if (Scorer is IAdaptiveScorer adaptive)
            Tell(() => adaptive.EndBatch(sequences, scores.Span), "at the end of a batch");
    }

    /// <summary>Trains a discriminator, which is held to its contract too.</summary>
    public static async ValueTask<DiscriminatorStep> TrainAsync(
        IDiscriminator discriminator, TokenBatch real, TokenBatch generated, CancellationToken cancellationToken)
    {
        string name = discriminator.Name;
        DiscriminatorStep? step;
        try
        {
            step = await discriminator.TrainAsync(real, generated, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            string sizes = $"{real.Count} real and {generated.Count} generated sequences";
            throw new ScorerException(name, $"Discriminator '{name}' failed to train on {sizes}: {error.Message}", error);
        }

        return step ?? throw new ScorerException(
            name, $"Discriminator '{name}' returned null from its training step; without training, return DiscriminatorStep.NotTrained.");
    }

    /// <summary>Whether what a scorer threw is a breach of its contract, and not yet reported as one.</summary>
    // A timeout inside a remote scorer also arrives as OperationCanceledException, though nobody asked to cancel.
    public static bool IsFailure(Exception error, CancellationToken cancellationToken) =>
        error is not SeqGanException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private void Tell(Action tell, string when)
    {
        try
        {
            tell();
        }
        catch (Exception error) when (IsFailure(error, CancellationToken.None))
        {
            throw new ScorerException(Name, $"Scorer '{Name}' failed {when}: {error.Message}", error);
        }
    }

    private int Check(ReadOnlySpan<float> scores)
    {
        int count = scores.Length, written = count - MemoryMarshal.Cast<float, int>(scores).Count(NotWritten), notApplicable = 0;
        if (written < count)
            throw Invalid($"Scorer '{Name}' wrote {written} of {count} scores; every sequence needs one, NaN where it does not apply.");
        bool isDiscriminator = Scorer is IDiscriminator;
        for (int row = 0; row < count; row++)
        {
            float score = scores[row];
            if (float.IsInfinity(score))
                throw Invalid($"Scorer {Gave(row, score)}; scores are finite, or NaN where they do not apply.");
            if (isDiscriminator && score is not (>= 0 and <= 1))
                throw Invalid($"Discriminator {Gave(row, score)}; a discriminator's score is a probability in [0, 1].");
            notApplicable += float.IsNaN(score) ? 1 : 0;
        }

        return notApplicable;

        string Gave(int row, float score) => $"'{Name}' gave sequence {row} of {count} the score {score}";

        ScorerException Invalid(string problem) => new(Name, problem);
    }
}
