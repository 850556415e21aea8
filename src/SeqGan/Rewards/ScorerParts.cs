using System.Runtime.ExceptionServices;

namespace SeqGan;

/// <summary>Several scorers that are asked for the same sequences; those that may run beside others do.</summary>
internal sealed class ScorerParts : IScoreTally
{
    private readonly Part[] _parts;
    private readonly double _minimumWeight;
    private readonly bool _isConcurrent;

    /// <exception cref="ArgumentException">No scorer, one without a name, or weights that are not valid, or all 0, in round 1.</exception>
    public ScorerParts(IEnumerable<RewardComponent> components, double minimumWeight)
    {
        ArgumentNullException.ThrowIfNull(components);
        _minimumWeight = minimumWeight;
        _parts = [.. components.Select(component => new Part(component))];
        if (_parts.Length == 0)
            throw new ArgumentException("A combination of scores needs at least one scorer.", nameof(components));
        SetWeights(round: 1, (message, part) => new ArgumentException(message, nameof(components)));
        Name = string.Join(" + ", _parts.Select(part => part.Scorer.Name));
        SetConcurrency();
        _isConcurrent = _parts.Length > 1 && Array.Exists(_parts, part => part.RunsBesideOthers);
    }

    public string Name { get; }

    public bool AllowsConcurrency => Array.TrueForAll(_parts, part => part.Scorer.AllowsConcurrency);

    public int Count => _parts.Length;

    public IEnumerable<KeyValuePair<string, long>> NotApplicable => _parts.SelectMany(part => part.Scorer.NotApplicable);

    public IEnumerable<ScoreSummary> Components => _parts.Select(part => part.Summary);

    /// <summary>The scorers by their names, for checkpoints.</summary>
    public IEnumerable<(string Name, object Component)> Scorers => _parts.Select(part => (part.Scorer.Name, (object)part.Scorer.Scorer));

    public static IEnumerable<RewardComponent> Constant(IEnumerable<(ISequenceScorer Scorer, double Weight)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        foreach ((ISequenceScorer scorer, double weight) in parts)
        {
            if (!double.IsFinite(weight))
                throw new ArgumentException($"The weight of scorer '{scorer?.Name}' is {weight}; weights are finite.", nameof(parts));
            yield return new RewardComponent(scorer, weight);
        }
    }

    public void BeginBatch(RewardRequest request)
    {
        SetRound(request.Round);
        foreach (Part part in _parts)
            part.Scorer.BeginBatch(request);
    }

    /// <summary>Takes the weights of a round.</summary>
    public void SetRound(int round) => SetWeights(round, (message, part) => new ScorerException(part.Scorer.Name, message));

    /// <summary>Ends the batch whose sequences were scored last.</summary>
    public void EndBatch(TokenBatch sequences)
    {
        foreach (Part part in _parts)
        {
            part.Summary = ScoreSummary.Of(part.Scorer.Name, part.Scores.AsSpan(0, sequences.Count));
            part.Scorer.EndBatch(sequences, part.Scores.AsMemory(0, sequences.Count));
        }
    }

    public string NameOf(int part) => _parts[part].Scorer.Name;

    public double WeightOf(int part) => _parts[part].Weight;

    /// <summary>What a scorer gave in the last call of <see cref="ScoreAsync"/>.</summary>
    public ReadOnlySpan<float> ScoresOf(int part, int count) => _parts[part].Scores.AsSpan(0, count);

    public async ValueTask ScoreAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        foreach (Part part in _parts)
        {
            if (part.Scores.Length < sequences.Count)
                part.Scores = new float[sequences.Count];
        }

        if (_isConcurrent)
        {
            await ScoreTogetherAsync(sequences, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (Part part in _parts)
            await part.ScoreAsync(sequences, cancellationToken).ConfigureAwait(false);
    }

    private void SetWeights(int round, Func<string, Part, Exception> failure)
    {
        foreach (Part part in _parts)
        {
            try
            {
                part.Weight = part.Schedule.WeightAt(round);
            }
            catch (Exception error) when (error is not SeqGanException)
            {
                throw new ScorerException(part.Scorer.Name, $"The weight of scorer '{part.Scorer.Name}' cannot be had in round {round}: {error.Message}", error);
            }

            if (!double.IsFinite(part.Weight))
                throw failure($"The weight of scorer '{part.Scorer.Name}' is {part.Weight} in round {round}; weights are finite.", part);
            if (part.Weight < _minimumWeight)
                throw failure($"The weight of scorer '{part.Scorer.Name}' is {part.Weight} in round {round}; in a product weights are at least {_minimumWeight}.", part);
        }

        if (Array.TrueForAll(_parts, part => part.Weight == 0))
            throw failure($"The weights of {string.Join(", ", _parts.Select(part => $"'{part.Scorer.Name}'"))} are 0 in round {round}: nothing would be scored. At least one must be another.", _parts[0]);
    }

    // Nothing runs beside itself: parts that ask the same scorer take turns.
    private void SetConcurrency()
    {
        var uses = new Dictionary<ISequenceScorer, int>(ReferenceEqualityComparer.Instance);
        foreach (ISequenceScorer scorer in _parts.SelectMany(part => All(part.Scorer.Scorer).Distinct(ReferenceEqualityComparer.Instance).Cast<ISequenceScorer>()))
            uses[scorer] = uses.GetValueOrDefault(scorer) + 1;
        foreach (Part part in _parts)
            part.RunsBesideOthers = part.Scorer.AllowsConcurrency && All(part.Scorer.Scorer).All(scorer => uses[scorer] == 1);

        static IEnumerable<ISequenceScorer> All(ISequenceScorer scorer) =>
            scorer is ICompositeComponent { Parts: var parts }
                ? parts.Select(part => part.Component).OfType<ISequenceScorer>().SelectMany(All).Prepend(scorer)
                : [scorer];
    }

    private async ValueTask ScoreTogetherAsync(TokenBatch sequences, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running =
        [
            .. _parts.Where(part => part.RunsBesideOthers).Select(part => Task.Run(() => RunAsync([part], sequences, stop), CancellationToken.None)),
            RunAsync(_parts.Where(part => !part.RunsBesideOthers), sequences, stop),
        ];

        // All of them: what still runs would write to buffers that are used again.
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (running.FirstOrDefault(task => task.IsFaulted) is { } failed)
            ExceptionDispatchInfo.Throw(failed.Exception!.InnerException!);
    }

    // Who fails stops the others: their scores are of no use any more.
    private static async Task RunAsync(IEnumerable<Part> parts, TokenBatch sequences, CancellationTokenSource stop)
    {
        try
        {
            foreach (Part part in parts)
                await part.ScoreAsync(sequences, stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private sealed class Part(RewardComponent component)
    {
        public CheckedScorer Scorer { get; } = new(component.Scorer);

        public WeightSchedule Schedule { get; } = component.Weight ?? throw new ArgumentException($"The weight of scorer '{component.Scorer.Name}' is null.", nameof(component));

        public double Weight { get; set; }

        public bool RunsBesideOthers { get; set; }

        public float[] Scores { get; set; } = [];

        public ScoreSummary Summary { get; set; } = new(component.Scorer.Name, double.NaN, double.NaN);

        public ValueTask ScoreAsync(TokenBatch sequences, CancellationToken cancellationToken) =>
            Scorer.ScoreAsync(sequences, Scores.AsMemory(0, sequences.Count), cancellationToken);
    }
}
