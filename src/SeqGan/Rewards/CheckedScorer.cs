namespace SeqGan.Rewards;

/// <summary>Holds any scorer to its contract: every breach becomes a <see cref="ScorerException"/> that names the scorer.</summary>
internal sealed class CheckedScorer : IScoreTally
{
    // A quiet NaN whose payload no arithmetic produces by itself: what still reads so afterwards was not written.
    private const int NotWritten = 0x7FD5_EA6A;

    private readonly ISequenceScorer _scorer;
    private readonly string _name;
    private readonly bool _isDiscriminator;
    private long _notApplicable;

    public CheckedScorer(ISequenceScorer scorer)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        if (string.IsNullOrWhiteSpace(scorer.Name))
            throw new ArgumentException(
                $"A scorer of type {scorer.GetType().Name} has no name; metrics, logs and errors need one.", nameof(scorer));
        _scorer = scorer;
        _name = scorer.Name;
        _isDiscriminator = scorer is IDiscriminator;
    }

    public IEnumerable<KeyValuePair<string, long>> NotApplicable =>
        _scorer is IScoreTally parts ? parts.NotApplicable : [new(_name, _notApplicable)];

    public IEnumerable<ScoreSummary> Components => _scorer is IScoreTally parts ? parts.Components : [];

    public string Name => _name;

    public ISequenceScorer Scorer => _scorer;

    public bool AllowsConcurrency => _scorer.AllowsConcurrency;

    /// <summary>Scores a batch.</summary>
    /// <param name="sequences">The sequences, [Count, Length].</param>
    /// <param name="scores">Receives finite numbers or NaN, [Count].</param>
    /// <param name="cancellationToken">Cancels the scoring.</param>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken)
    {
        if (sequences.Count == 0)
            return;
        scores.Span.Fill(BitConverter.Int32BitsToSingle(NotWritten));
        try
        {
            await _scorer.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsFailure(error, cancellationToken))
        {
            throw new ScorerException(_name, $"Scorer '{_name}' failed on {sequences.Count} sequences: {error.Message}", error);
        }

        _notApplicable += Check(scores.Span);
    }

    /// <summary>Tells a scorer that changes of an estimation that begins.</summary>
    public void BeginBatch(RewardRequest request)
    {
        if (_scorer is IAdaptiveScorer adaptive)
            Tell(() => adaptive.BeginBatch(request), "at the beginning of a batch");
    }

    /// <summary>Tells a scorer that changes of the generator's own sequences.</summary>
    public void EndBatch(TokenBatch sequences, ReadOnlyMemory<float> scores)
    {
        if (_scorer is IAdaptiveScorer adaptive)
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
            throw new ScorerException(
                name, $"Discriminator '{name}' failed to train on {real.Count} real and {generated.Count} generated sequences: "
                + $"{error.Message}", error);
        }

        return step ?? throw new ScorerException(
            name,
            $"Discriminator '{name}' returned null from its training step; one that does not train returns "
            + $"{nameof(DiscriminatorStep)}.{nameof(DiscriminatorStep.NotTrained)}.");
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
            throw new ScorerException(_name, $"Scorer '{_name}' failed {when}: {error.Message}", error);
        }
    }

    private int Check(ReadOnlySpan<float> scores)
    {
        int written = scores.Length, notApplicable = 0;
        foreach (float score in scores)
        {
            if (BitConverter.SingleToInt32Bits(score) == NotWritten)
                written--;
        }

        if (written < scores.Length)
            throw new ScorerException(
                _name, $"Scorer '{_name}' wrote {written} of {scores.Length} scores; every sequence needs one, NaN where it does not "
                + $"apply.");
        for (int row = 0; row < scores.Length; row++)
        {
            float score = scores[row];
            if (float.IsInfinity(score))
                throw new ScorerException(
                    _name, $"Scorer '{_name}' gave sequence {row} of {scores.Length} the score {score}; scores are finite, or NaN where "
                    + $"they do not apply.");
            if (_isDiscriminator && score is not (>= 0 and <= 1))
                throw new ScorerException(
                    _name, $"Discriminator '{_name}' gave sequence {row} of {scores.Length} the score {score}; a discriminator's score "
                    + $"is a probability in [0, 1].");
            if (float.IsNaN(score))
                notApplicable++;
        }

        return notApplicable;
    }
}
