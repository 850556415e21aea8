namespace SeqGan;

/// <summary>
/// Discriminator-guided selection: draws several times as many sequences as are asked for, and keeps those that score best.
/// </summary>
/// <remarks>
/// <para>
/// Best-of-n by the discriminator, as rejection sampling from the generator toward the data (Azadi et al. 2019, "Discriminator Rejection
/// Sampling"). It raises the scores, and lowers the diversity, the more, the more are drawn for each that is kept: read
/// <see cref="SelectionEffect"/>, which shows both.
/// </para>
/// <para>
/// The same seed keeps the same sequences, whatever the chunks. Memory holds what is kept and one chunk. Not thread-safe. Generator and
/// scorer stay the caller's to dispose.
/// </para>
/// </remarks>
public sealed class SequenceSelector
{
    private readonly IGenerator _generator;
    private readonly CheckedScorer _scorer;
    private readonly SampleMetrics.Meter _meter;
    private readonly SequenceFingerprints? _training;

    /// <summary>Creates the selector.</summary>
    /// <param name="generator">Draws the sequences.</param>
    /// <param name="scorer">Scores them: a discriminator, or a <see cref="Scorers.Sum"/> of it and rewards. Higher is better.</param>
    /// <param name="reference">Real sequences that were not trained on, [Count, Length], for the metrics of the effect; null leaves out what needs them.</param>
    /// <param name="training">The fingerprints of the training sequences, for the same; null leaves out what needs them.</param>
    /// <param name="unknownToken">The token that stands for whatever the vocabulary lacks; null where there is none.</param>
    /// <exception cref="ArgumentException">The scorer has no name, or the reference set is given and empty.</exception>
    public SequenceSelector(
        IGenerator generator, ISequenceScorer scorer, TokenBatch? reference = null, SequenceFingerprints? training = null, int? unknownToken = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        (_generator, _training) = (generator, training);
        _scorer = new CheckedScorer(scorer);
        _meter = new SampleMetrics.Meter(generator.Format, reference, unknownToken: unknownToken);
    }

    /// <summary>In what proportions labels are drawn where none is asked for; null where sequences have none, or one must be.</summary>
    internal LabelSet? Labels { get; init; }

    /// <summary>Draws <see cref="SelectionOptions.Oversampling"/> times as many sequences, and keeps the best.</summary>
    /// <param name="count">How many to keep; at least 0.</param>
    /// <param name="options">What to draw; null is the defaults.</param>
    /// <param name="cancellationToken">Cancels the selection.</param>
    /// <returns>At most <paramref name="count"/> sequences; fewer only where duplicates are not kept.</returns>
    /// <exception cref="ArgumentException">The count or an option is out of range, or the generator refuses prefix or label.</exception>
    /// <exception cref="ScorerException">The scorer broke its contract.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<SelectionResult> SelectAsync(int count, SelectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        options ??= new SelectionOptions();
        options.ThrowIfInvalid(count, nameof(options));
        var best = new BestSequences(count, options.KeepDuplicates);
        var first = new List<BestSequences.Candidate>(options.MeasureEffect ? count : 0);
        int notApplicable = 0, drawn = count * options.Oversampling;
        var chunk = new SequenceBuffer(_generator.Format);
        float[] scores = new float[Math.Min(options.ChunkSize, drawn)];
        for (int start = 0; start < drawn; start += scores.Length)
        {
            int rows = Math.Min(scores.Length, drawn - start);
            Draw(chunk, rows, start, options, cancellationToken);
            TokenBatch sequences = chunk.AsBatch();
            await _scorer.ScoreAsync(sequences, scores.AsMemory(0, rows), cancellationToken).ConfigureAwait(false);
            for (int row = 0; row < rows; row++)
            {
                int label = sequences.Labels.IsEmpty ? 0 : sequences.Labels.Span[row];
                notApplicable += float.IsNaN(scores[row]) ? 1 : 0;
                best.Offer(sequences[row], label, scores[row], start + row);
                if (options.MeasureEffect && first.Count < count)
                    first.Add(new BestSequences.Candidate(sequences[row].ToArray(), label, scores[row]));
            }
        }

        IReadOnlyList<BestSequences.Candidate> kept = best.Take();
        return new SelectionResult
        {
            Sequences = Pack(kept),
            Scores = [.. kept.Select(candidate => candidate.Score)],
            Drawn = drawn,
            NotApplicable = notApplicable,
            Effect = options.MeasureEffect && kept.Count > 0 ? Measure(kept, first[..kept.Count], cancellationToken) : null,
        };
    }

    private void Draw(SequenceBuffer chunk, int count, int start, SelectionOptions options, CancellationToken cancellationToken)
    {
        chunk.Reset(count);
        var key = new RandomKey(options.Seed, RandomPurpose.Sampling);
        int[]? labels = options.Label is { } label ? [.. Enumerable.Repeat(label, count)] : Labels?.Draw(count, key with { Purpose = RandomPurpose.Labels }, start);
        var request = new SampleRequest
        {
            Key = key,
            Temperature = options.Temperature,
            FirstRow = start,
            Prefix = options.Prefix,
            Labels = labels,
        };
        _generator.Sample(request, chunk, cancellationToken);
    }

    private SelectionEffect Measure(IReadOnlyList<BestSequences.Candidate> kept, IReadOnlyList<BestSequences.Candidate> first, CancellationToken cancellationToken) => new()
    {
        SelectedScore = MeanOfApplicable(kept),
        UnselectedScore = MeanOfApplicable(first),
        Selected = _meter.Measure(Pack(kept), _training, cancellationToken),
        Unselected = _meter.Measure(Pack(first), _training, cancellationToken),
    };

    private static double MeanOfApplicable(IReadOnlyList<BestSequences.Candidate> candidates) =>
        candidates.Where(candidate => !float.IsNaN(candidate.Score)).Select(candidate => (double)candidate.Score).DefaultIfEmpty(double.NaN).Average();

    private TokenBatch Pack(IReadOnlyList<BestSequences.Candidate> candidates)
    {
        var buffer = new SequenceBuffer(_generator.Format, candidates.Count);
        for (int row = 0; row < candidates.Count; row++)
        {
            buffer.Set(row, candidates[row].Tokens.Span);
            if (!buffer.Labels.IsEmpty)
                buffer.Labels[row] = candidates[row].Label;
        }

        return buffer.AsBatch();
    }
}
