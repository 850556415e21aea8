namespace SeqGan.Selection;

/// <summary>Draws several times as many sequences as are asked for, and keeps those that score best. Not thread-safe.</summary>
/// <remarks>The last three parameters are for the metrics of the effect; null leaves out what needs them.</remarks>
internal sealed class SequenceSelector(
    IGenerator generator, ISequenceScorer scorer, TokenBatch? reference = null, SequenceFingerprints? training = null,
    int? unknownToken = null)
{
    private readonly CheckedScorer _scorer = new(scorer);
    private readonly SampleMetrics.Meter _meter = new(generator.Format, reference, unknownToken: unknownToken);

    /// <summary>In what proportions labels are drawn if none is asked for; null if there are none, or one must be given.</summary>
    public LabelSet? Labels { get; init; }

    /// <summary>The number of the label that is asked for.</summary>
    public int? Label { get; init; }

    public async Task<SelectionResult> SelectAsync(
        int count, SelectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        options = (options ?? new SelectionOptions()).WithSeed();
        options.ThrowIfInvalid(count, nameof(options));
        var best = new BestSequences(count, options.KeepDuplicates);
        var first = new List<BestSequences.Candidate>(options.MeasureEffect ? count : 0);
        int notApplicable = 0, drawn = count * options.Oversampling;
        var chunk = new SequenceBuffer(generator.Format);
        float[] scores = new float[Math.Min(options.ChunkSize, drawn)];
        for (int start = 0; start < drawn; start += scores.Length)
        {
            int rows = Math.Min(scores.Length, drawn - start);
            Draw(chunk, rows, start, options, cancellationToken);
            TokenBatch sequences = chunk.AsBatch();
            await _scorer.ScoreAsync(sequences, scores.AsMemory(0, rows), cancellationToken).ConfigureAwait(false);
            for (int row = 0; row < rows; row++)
            {
                int label = sequences.LabelOf(row);
                notApplicable += float.IsNaN(scores[row]) ? 1 : 0;
                ReadOnlySpan<int> sequence = generator.Format.Limit(sequences[row]);
                best.Offer(sequence, label, scores[row], start + row);
                if (options.MeasureEffect && first.Count < count)
                    first.Add(new BestSequences.Candidate(sequence.ToArray(), label, scores[row]));
            }
        }

        IReadOnlyList<BestSequences.Candidate> kept = best.Take();
        return new SelectionResult
        {
            Sequences = Pack(kept),
            Scores = [.. kept.Select(candidate => candidate.Score)],
            Seed = options.Seed!.Value,
            Drawn = drawn,
            NotApplicable = notApplicable,
            Effect = options.MeasureEffect && kept.Count > 0 ? Measure(kept, first[..kept.Count], cancellationToken) : null,
        };
    }

    private void Draw(SequenceBuffer chunk, int count, int start, SelectionOptions options, CancellationToken cancellationToken)
    {
        chunk.Reset(count);
        var key = new RandomKey(options.Seed!.Value, RandomPurpose.Sampling);
        var request = new SampleRequest
        {
            Key = key,
            Temperature = options.Temperature,
            FirstRow = start,
            Prefix = options.Prefix,
            Labels = Label is { } label
                ? [.. Enumerable.Repeat(label, count)]
                : Labels?.Draw(count, key with { Purpose = RandomPurpose.Labels }, start),
        };
        generator.Sample(request, chunk, cancellationToken);
    }

    private SelectionEffect Measure(
        IReadOnlyList<BestSequences.Candidate> kept, List<BestSequences.Candidate> first, CancellationToken cancellationToken) => new()
    {
        SelectedScore = MeanOfApplicable(kept),
        UnselectedScore = MeanOfApplicable(first),
        Selected = _meter.Measure(Pack(kept), training, cancellationToken),
        Unselected = _meter.Measure(Pack(first), training, cancellationToken),
    };

    private static double MeanOfApplicable(IReadOnlyList<BestSequences.Candidate> candidates) =>
        candidates.Select(candidate => (double)candidate.Score).Where(score => !double.IsNaN(score)).DefaultIfEmpty(double.NaN).Average();

    private TokenBatch Pack(IReadOnlyList<BestSequences.Candidate> candidates)
    {
        var buffer = new SequenceBuffer(generator.Format, candidates.Count);
        for (int row = 0; row < candidates.Count; row++)
            buffer.Set(row, candidates[row].Tokens.Span, candidates[row].Label);
        return buffer.AsBatch();
    }
}

/// <summary>The best of the sequences that it has seen, a bounded number of them.</summary>
internal sealed class BestSequences(int capacity, bool keepDuplicates)
{
    private readonly PriorityQueue<Candidate, Rank> _worstFirst = new();
    private readonly HashSet<ReadOnlyMemory<int>> _kept = new(SequenceComparer.Instance);

    /// <summary>Looks at a sequence; <paramref name="index"/> grows from call to call.</summary>
    public void Offer(ReadOnlySpan<int> sequence, int label, float score, int index)
    {
        var rank = new Rank(score, index);
        if (_worstFirst.Count == capacity && _worstFirst.TryPeek(out _, out Rank worst) && rank.CompareTo(worst) <= 0)
            return;

        // A duplicate of one that was dropped is worse than all that are kept: it does not get here.
        ReadOnlyMemory<int> tokens = sequence.ToArray();
        if (!keepDuplicates && !_kept.Add(tokens))
            return;
        if (_worstFirst.Count == capacity)
            _kept.Remove(_worstFirst.Dequeue().Tokens);
        _worstFirst.Enqueue(new Candidate(tokens, label, score), rank);
    }

    /// <summary>Hands the sequences out, best first.</summary>
    public IReadOnlyList<Candidate> Take() =>
        [.. _worstFirst.UnorderedItems.OrderByDescending(candidate => candidate.Priority).Select(candidate => candidate.Element)];

    internal readonly record struct Candidate(ReadOnlyMemory<int> Tokens, int Label, float Score);

    // Higher is better; a float compares NaN below all numbers.
    private readonly record struct Rank(float Score, int Index) : IComparable<Rank>
    {
        public int CompareTo(Rank other) => Score.CompareTo(other.Score) is var order and not 0 ? order : other.Index.CompareTo(Index);
    }
}
