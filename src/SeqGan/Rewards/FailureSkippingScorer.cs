namespace SeqGan.Rewards;

/// <summary>Leaves out the scores of calls that fail; see <see cref="Scorers.SkippingFailures"/>.</summary>
internal sealed class FailureSkippingScorer : IAdaptiveScorer, IScorerUser
{
    private readonly CheckedScorer _scorer;
    private readonly int _mostInARow;
    private ScoreTally _skipped;
    private int _inARow;

    public FailureSkippingScorer(ISequenceScorer scorer, int mostInARow)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostInARow, 1);
        (_scorer, _mostInARow) = (new CheckedScorer(scorer), mostInARow);
        _skipped = new ScoreTally(Name, 0, 0);
    }

    public string Name => _scorer.Name;

    public bool AllowsConcurrency => _scorer.AllowsConcurrency;

    public IEnumerable<ScoreTally> Tallies => [.. _scorer.Tallies, _skipped];

    public bool HasSkipped { get; private set; }

    CheckedScorer IScorerUser.Scorer => _scorer;

    public void BeginBatch(RewardRequest request) => _scorer.BeginBatch(request);

    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores) => _scorer.EndBatch(sequences, scores.ToArray());

    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        HasSkipped = false;
        try
        {
            await _scorer.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
            _inARow = 0;
        }
        catch (ScorerException error)
        {
            if (++_inARow > _mostInARow)
            {
                throw new ScorerException(
                    Name, $"{error.Message} That was the failure number {_inARow} in a row; {_mostInARow} are skipped.", error);
            }

            HasSkipped = true;
            scores.Span.Fill(float.NaN);
            _skipped = new ScoreTally(Name, sequences.Count, sequences.Count, 1, error.Message).Plus(_skipped);
        }
    }
}
