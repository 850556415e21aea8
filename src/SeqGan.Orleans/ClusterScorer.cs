using SeqGan.Corpora;

namespace SeqGan.Orleans;

/// <summary>
/// A discriminator's scores by a cluster, the same bits as its own. What silos scored with the completions that they made is not asked
/// again.
/// </summary>
internal sealed class ClusterScorer(IDiscriminator inner, RewardCluster cluster, SequenceFormat format)
    : ISequenceScorer, ICompositeComponent
{
    private readonly Dictionary<ReadOnlyMemory<int>, float> _ofCompletions = new(SequenceComparer.Instance);
    private readonly Dictionary<ReadOnlyMemory<int>, float> _ofRows = new(SequenceComparer.Instance);
    private readonly DistinctSequences _keys = new();
    private long? _shared;
    private bool _isShared;

    public string Name => inner.Name;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [(inner.Name, inner)];

    /// <summary>Whether it was asked for scores yet: where it never is, silos need not have the discriminator.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Makes the present weights those that silos get; false where silos cannot have them.</summary>
    public bool TryShare()
    {
        if (inner is not ModuleDiscriminator { WeightsVersion: var version })
            return false;
        if (_shared == version)
            return _isShared;
        _ofCompletions.Clear();
        _ofRows.Clear();
        byte[]? weights;
        try
        {
            weights = WeightsFile.Write(inner, format);
        }
        catch (SeqGanException)
        {
            // The discriminator says what its weights lead to.
            weights = null;
        }

        if (weights is not null)
            cluster.Discriminator.Set(weights);
        (_shared, _isShared) = (version, weights is not null);
        return _isShared;
    }

    /// <summary>Takes the scores of completions and of their sequences, of which earlier ones of the batch are kept.</summary>
    public void Remember(
        TokenBatch completions, TokenBatch sequences, bool isNewBatch, IEnumerable<(TokenBatch Rows, PieceResult Result)> results)
    {
        _ofCompletions.Clear();
        if (isNewBatch)
            _ofRows.Clear();
        var ofCompletions = _ofCompletions.GetAlternateLookup<ReadOnlySpan<int>>();
        var ofRows = _ofRows.GetAlternateLookup<ReadOnlySpan<int>>();
        int completion = 0, row = 0;
        foreach ((TokenBatch part, PieceResult result) in results)
        {
            float[] scores = result.Scores ?? [];
            int completed = BitConverter.ToInt32(result.Completions!, 0), rows = scores.Length - completed;
            if (rows != part.Count || completion + completed > completions.Count)
                throw new RewardClusterException($"A silo gave {scores.Length} scores for {completed} completions.");
            for (int i = 0; i < completed; i++)
                ofCompletions.TryAdd(_keys.KeyOf(completions, completion++), scores[i]);
            for (int i = 0; i < rows; i++, row++)
            {
                if (sequences.LengthOf(row) > 0)
                    ofRows.TryAdd(_keys.KeyOf(sequences, row), scores[completed + i]);
            }
        }
    }

    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        IsUsed = true;
        if (!TryShare())
        {
            await inner.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (TryRecall(sequences, scores.Span))
            return;
        if (Enumerable.Range(0, sequences.Count).Any(row => sequences.LengthOf(row) == 0))
        {
            // What a sequence without tokens is worth, only the discriminator's own network says.
            await inner.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await cluster.ScoreAsync(sequences, format, scores, cancellationToken).ConfigureAwait(false);
        }
        catch (RewardClusterException error) when (cluster.Options.FallsBackToLocal)
        {
            cluster.LogLocal(error);
            await inner.ScoreAsync(sequences, scores, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TryRecall(TokenBatch sequences, Span<float> scores)
    {
        var ofCompletions = _ofCompletions.GetAlternateLookup<ReadOnlySpan<int>>();
        var ofRows = _ofRows.GetAlternateLookup<ReadOnlySpan<int>>();
        for (int row = 0; row < sequences.Count; row++)
        {
            ReadOnlySpan<int> key = _keys.KeyOf(sequences, row);
            if (!ofCompletions.TryGetValue(key, out scores[row]) && !ofRows.TryGetValue(key, out scores[row]))
                return false;
        }

        return true;
    }
}

/// <summary>A scorer of the silos' own, by its name.</summary>
internal sealed class NamedClusterScorer(
    string name, RewardCluster cluster, SequenceFormat format, Func<TokenBatch, IReadOnlyList<string>> decode) : ISequenceScorer
{
    public string Name => name;

    public bool AllowsConcurrency => true;

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
        cluster.ScoreAsync(sequences, format, scores, cancellationToken, name, decode);
}
