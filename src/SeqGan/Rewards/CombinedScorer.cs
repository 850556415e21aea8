using System.Runtime.ExceptionServices;

namespace SeqGan.Rewards;

/// <summary>
/// The weighted sum of several scores, or their product, each to the power of its weight. Scorers that allow it run beside the others.
/// </summary>
/// <remarks>
/// A score of NaN is "not applicable" and left out; where no scorer applies, the result is NaN. A failure of one scorer stops the others
/// and is thrown when all have ended. Not thread-safe. The scorers stay the caller's to dispose.
/// </remarks>
internal sealed class CombinedScorer : IAdaptiveScorer, IScoreTally, ICompositeComponent
{
    private readonly Part[] _parts;
    private readonly bool _isProduct;
    private readonly bool _isConcurrent;
    private double[] _results = [];

    /// <param name="parts">Scorers and their weights. Outside a training the weights are those of round 1.</param>
    /// <param name="combination">Sum or product; in a product weights and scores are at least 0.</param>
    /// <exception cref="ArgumentException">No scorer, one without a name, or weights that are not valid, or all 0, in round 1.</exception>
    public CombinedScorer(IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts, RewardCombination combination)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _isProduct = combination == RewardCombination.Product;
        _parts = [.. parts.Select(part => new Part(part.Scorer, part.Weight))];
        if (_parts.Length == 0)
            throw new ArgumentException("A combination of scores needs at least one scorer.", nameof(parts));
        SetWeights(round: 1, (message, part) => new ArgumentException(message, nameof(parts)));
        Name = string.Join(" + ", _parts.Select(part => part.Scorer.Name));
        SetConcurrency();
        _isConcurrent = _parts.Length > 1 && Array.Exists(_parts, part => part.RunsBesideOthers);
    }

    public string Name { get; }

    public bool AllowsConcurrency => Array.TrueForAll(_parts, part => part.Scorer.AllowsConcurrency);

    public IEnumerable<KeyValuePair<string, long>> NotApplicable => _parts.SelectMany(part => part.Scorer.NotApplicable);

    public IEnumerable<ScoreSummary> Components => _parts.Select(part => part.Summary);

    public IEnumerable<(string Name, object Component)> Parts => _parts.Select(part => (part.Scorer.Name, (object)part.Scorer.Scorer));

    public static CombinedScorer Sum(IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        new(parts, RewardCombination.Sum);

    public static CombinedScorer Product(IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        new(parts, RewardCombination.Product);

    /// <summary>Takes the weights of a round, in a scorer and in those that it asks.</summary>
    /// <exception cref="ScorerException">A weight of the round is not valid, or all of a combination are 0.</exception>
    public static void SetRound(ISequenceScorer scorer, int round)
    {
        (scorer as CombinedScorer)?.SetRound(round);
        foreach (ISequenceScorer inner in Inner(scorer))
            SetRound(inner, round);
    }

    /// <inheritdoc/>
    /// <exception cref="ScorerException">A weight of the round is not valid, or all are 0.</exception>
    public void BeginBatch(RewardRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        SetRound(request.Round);
        foreach (Part part in _parts)
            part.Scorer.BeginBatch(request);
    }

    /// <inheritdoc/>
    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores)
    {
        foreach (Part part in _parts)
        {
            part.Summary = ScoreSummary.Of(part.Scorer.Name, part.Scores.AsSpan(0, sequences.Count));
            part.Scorer.EndBatch(sequences, part.Scores.AsMemory(0, sequences.Count));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ScorerException">A scorer failed, left scores unwritten, or wrote one that is not valid.</exception>
    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        foreach (Part part in _parts)
            part.Reserve(sequences.Count);
        if (_isConcurrent)
            await ScoreTogetherAsync(sequences, cancellationToken).ConfigureAwait(false);
        else
            await ScoreInTurnAsync(_parts, sequences, cancellationToken).ConfigureAwait(false);
        Combine(scores.Span[..sequences.Count]);
    }

    private void Combine(Span<float> scores)
    {
        if (_results.Length < scores.Length)
            _results = new double[scores.Length];
        Span<double> results = _results.AsSpan(0, scores.Length);
        results.Fill(double.NaN);
        foreach (Part part in _parts)
        {
            if (_isProduct)
                Multiply(results, part);
            else
                Add(results, part);
        }

        for (int row = 0; row < scores.Length; row++)
            scores[row] = (float)results[row];
    }

    private static void Add(Span<double> sums, Part part)
    {
        for (int row = 0; row < sums.Length; row++)
        {
            if (!float.IsNaN(part.Scores[row]))
                sums[row] = (double.IsNaN(sums[row]) ? 0 : sums[row]) + part.Weight * part.Scores[row];
        }
    }

    private static void Multiply(Span<double> products, Part part)
    {
        for (int row = 0; row < products.Length; row++)
        {
            float score = part.Scores[row];
            if (float.IsNaN(score))
                continue;
            if (score < 0)
            {
                throw new ScorerException(
                    part.Scorer.Name,
                    $"Scorer '{part.Scorer.Name}' gave sequence {row} of {products.Length} the score {score}; in a product scores are at "
                    + $"least 0.");
            }

            products[row] = (double.IsNaN(products[row]) ? 1 : products[row]) * (part.Weight == 1 ? score : Math.Pow(score, part.Weight));
        }
    }

    private void SetRound(int round) => SetWeights(round, (message, part) => new ScorerException(part.Scorer.Name, message));

    private void SetWeights(int round, Func<string, Part, Exception> failure)
    {
        foreach (Part part in _parts)
        {
            string name = part.Scorer.Name;
            try
            {
                part.Weight = part.Schedule.WeightAt(round);
            }
            catch (Exception error) when (error is not SeqGanException)
            {
                throw new ScorerException(name, $"The weight of scorer '{name}' in round {round} failed: {error.Message}", error);
            }

            if (!double.IsFinite(part.Weight))
                throw failure($"The weight of scorer '{name}' is {part.Weight} in round {round}; weights are finite.", part);
            if (_isProduct && part.Weight < 0)
                throw failure(
                    $"The weight of scorer '{name}' is {part.Weight} in round {round}; in a product weights are at least 0.", part);
        }

        if (Array.TrueForAll(_parts, part => part.Weight == 0))
        {
            string names = string.Join(", ", _parts.Select(part => $"'{part.Scorer.Name}'"));
            throw failure(
                $"The weights of {names} are 0 in round {round}: nothing would be scored. At least one must not be 0.", _parts[0]);
        }
    }

    // Nothing runs beside itself: parts that ask the same scorer take turns.
    private void SetConcurrency()
    {
        var uses = new Dictionary<ISequenceScorer, int>(ReferenceEqualityComparer.Instance);
        var comparer = ReferenceEqualityComparer.Instance;
        foreach (ISequenceScorer scorer in _parts.SelectMany(part => All(part.Scorer.Scorer).ToHashSet<ISequenceScorer>(comparer)))
            uses[scorer] = uses.GetValueOrDefault(scorer) + 1;
        foreach (Part part in _parts)
            part.RunsBesideOthers = part.Scorer.AllowsConcurrency && All(part.Scorer.Scorer).All(scorer => uses[scorer] == 1);

        static IEnumerable<ISequenceScorer> All(ISequenceScorer scorer) =>
            Inner(scorer).SelectMany(All).Prepend(scorer);
    }

    private static IEnumerable<ISequenceScorer> Inner(ISequenceScorer scorer) =>
        scorer is ICompositeComponent { Parts: var parts } ? parts.Select(part => part.Component).OfType<ISequenceScorer>() : [];

    private async Task ScoreTogetherAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running =
        [
            .. _parts.Where(part => part.RunsBesideOthers)
                .Select(part => Task.Run(() => RunAsync([part], sequences, stop), CancellationToken.None)),
            RunAsync(_parts.Where(part => !part.RunsBesideOthers), sequences, stop),
        ];

        // Wait for all of them: one that still runs would write to buffers that are used again.
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (running.FirstOrDefault(task => task.IsFaulted) is { } failed)
            ExceptionDispatchInfo.Throw(failed.Exception!.InnerException!);
    }

    // A failure stops the others: their scores are no longer needed.
    private static async Task RunAsync(IEnumerable<Part> parts, TokenBatch sequences, CancellationTokenSource stop)
    {
        try
        {
            await ScoreInTurnAsync(parts, sequences, stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task ScoreInTurnAsync(IEnumerable<Part> parts, TokenBatch sequences, CancellationToken cancellationToken)
    {
        foreach (Part part in parts)
            await part.Scorer.ScoreAsync(sequences, part.Scores.AsMemory(0, sequences.Count), cancellationToken).ConfigureAwait(false);
    }

    private sealed class Part(ISequenceScorer scorer, WeightSchedule weight)
    {
        public CheckedScorer Scorer { get; } = new(scorer);

        public WeightSchedule Schedule { get; } =
            weight ?? throw new ArgumentException($"The weight of scorer '{scorer.Name}' is null.", nameof(weight));

        public double Weight { get; set; }

        public bool RunsBesideOthers { get; set; }

        public float[] Scores { get; private set; } = [];

        public ScoreSummary Summary { get; set; } = new(scorer.Name, double.NaN, double.NaN);

        public void Reserve(int count)
        {
            if (Scores.Length < count)
                Scores = new float[count];
        }
    }
}
