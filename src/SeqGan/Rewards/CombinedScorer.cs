using System.Runtime.ExceptionServices;

namespace SeqGan.Rewards;

/// <summary>Makes one score of several; see <see cref="Scorers.Sum"/> and <see cref="Scorers.Product"/>.</summary>
internal sealed class CombinedScorer : IAdaptiveScorer, IScoreTally, ICompositeComponent
{
    private readonly Part[] _parts;
    private readonly bool _isProduct;
    private readonly bool _isConcurrent;
    private double[] _results = [];

    /// <summary>Outside a training the weights are those of round 1. In a product weights and scores are at least 0.</summary>
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

    public IEnumerable<ScoreTally> Tallies => _parts.SelectMany(part => part.Scorer.Tallies);

    public IEnumerable<ScoreSummary> Components => _parts.Select(part => part.Summary);

    public bool HasSkipped => Array.Exists(_parts, part => part.Weight != 0 && part.Scorer.HasSkipped);

    public IEnumerable<(string Name, object Component)> Parts => _parts.Select(part => (part.Scorer.Name, (object)part.Scorer.Scorer));

    public static CombinedScorer Sum(IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        new(parts, RewardCombination.Sum);

    public static CombinedScorer Product(IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        new(parts, RewardCombination.Product);

    /// <summary>Takes the weights of a round, in a scorer and in those that it asks.</summary>
    /// <exception cref="ScorerException">A weight of the round is not valid, or all of a combination are 0.</exception>
    public static void SetRound(ISequenceScorer scorer, int round)
    {
        (scorer as CombinedScorer)?.SetWeights(round);
        foreach (ISequenceScorer inner in Inner(scorer))
            SetRound(inner, round);
    }

    public void BeginBatch(RewardRequest request)
    {
        SetWeights(request.Round);
        foreach (Part part in _parts)
            part.Scorer.BeginBatch(request);
    }

    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores)
    {
        foreach (Part part in _parts)
        {
            part.Summary = ScoreSummary.Of(part.Scorer.Name, part.Scores.AsSpan(0, sequences.Count));
            part.Scorer.EndBatch(sequences, part.Scores.AsMemory(0, sequences.Count));
        }
    }

    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        foreach (Part part in _parts.Where(part => part.Scores.Length < sequences.Count))
            part.Scores = new float[sequences.Count];
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
            Add(part, results);
        // Without a part that failed, a sum or product would be another than it should be.
        if (HasSkipped)
            results.Fill(double.NaN);
        for (int row = 0; row < scores.Length; row++)
            scores[row] = (float)results[row];
    }

    private void Add(Part part, Span<double> results)
    {
        for (int row = 0; row < results.Length; row++)
        {
            float score = part.Scores[row];
            if (float.IsNaN(score))
                continue;
            if (!_isProduct)
                results[row] = (double.IsNaN(results[row]) ? 0 : results[row]) + part.Weight * score;
            else if (score >= 0)
                results[row] = (double.IsNaN(results[row]) ? 1 : results[row]) * (part.Weight == 1 ? score : Math.Pow(score, part.Weight));
            else
                throw new ScorerException(part.Scorer.Name, $"Scorer '{part.Scorer.Name}' gave sequence {row} of {results.Length} "
                    + $"the score {score}; in a product scores are at least 0.");
        }
    }

    private void SetWeights(int round, Func<string, Part, Exception>? failure = null)
    {
        failure ??= (message, part) => new ScorerException(part.Scorer.Name, message);
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

            string weight = $"The weight of scorer '{name}' is {part.Weight} in round {round}";
            if (!double.IsFinite(part.Weight))
                throw failure($"{weight}; weights are finite.", part);
            if (_isProduct && part.Weight < 0)
                throw failure($"{weight}; in a product weights are at least 0.", part);
        }

        if (Array.TrueForAll(_parts, part => part.Weight == 0))
        {
            string names = string.Join(", ", _parts.Select(part => $"'{part.Scorer.Name}'"));
            throw failure($"The weights of {names} are 0 in round {round}: nothing would be scored. One or more must not be 0.", _parts[0]);
        }
    }

    // Nothing runs beside itself: parts that ask the same scorer take turns.
    private void SetConcurrency()
    {
        var comparer = ReferenceEqualityComparer.Instance;
        Dictionary<object, int> uses = _parts.SelectMany(part => All(part).ToHashSet(comparer)).CountBy(scorer => scorer, comparer)
            .ToDictionary(comparer);
        foreach (Part part in _parts)
            part.RunsBesideOthers = part.Scorer.AllowsConcurrency && All(part).All(scorer => uses[scorer] == 1);

        static IEnumerable<object> All(Part part) => With(part.Scorer.Scorer);
        static IEnumerable<ISequenceScorer> With(ISequenceScorer scorer) => Inner(scorer).SelectMany(With).Prepend(scorer);
    }

    private static IEnumerable<ISequenceScorer> Inner(ISequenceScorer scorer) =>
        scorer is ICompositeComponent { Parts: var parts } ? parts.Select(part => part.Component).OfType<ISequenceScorer>() : [];

    private async Task ScoreTogetherAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ILookup<bool, Part> parts = _parts.ToLookup(part => part.RunsBesideOthers);
        Task[] running =
        [
            .. parts[true].Select(part => Task.Run(() => RunAsync([part], sequences, stop), CancellationToken.None)),
            RunAsync(parts[false], sequences, stop),
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

        public float[] Scores { get; set; } = [];

        public ScoreSummary Summary { get; set; } = new(scorer.Name, double.NaN, double.NaN);
    }
}
