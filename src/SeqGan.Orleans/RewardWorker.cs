using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using SeqGan.Checkpoints;
using SeqGan.Native;

namespace SeqGan.Orleans;

/// <summary>Completes and scores pieces on a silo, whatever trainers they come from. Thread-safe.</summary>
internal sealed partial class RewardWorker : IDisposable
{
    private readonly RewardWorkerOptions _options;
    private readonly IServiceProvider _services;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<Guid, TrainingWeights> _trainings = new();
    private readonly ConcurrentDictionary<string, Turn> _scorerTurns = new(StringComparer.Ordinal);
    private readonly Turn _storing = new();
    private readonly SemaphoreSlim _slots;
    private readonly Timer _idle;
    private int _waiting, _working;
    private volatile Lack? _lack;
    private volatile bool _isDisposed;

    public RewardWorker(IOptions<RewardWorkerOptions> options, IServiceProvider services, ILogger<RewardWorker> logger)
    {
        (_options, _services, _logger) = (options.Value, services, logger);
        _options.ThrowIfInvalid();
        _slots = new SemaphoreSlim(Math.Max(1, _options.ConcurrentPieces));
        KeepThreadsForMessages();
        TimeSpan period = TimeSpan.FromSeconds(Math.Clamp(_options.IdleTime.TotalSeconds / 2, 1, 60));
        _idle = new Timer(_ => ForgetIdle(), null, period, period);
    }

    /// <summary>What it is doing now.</summary>
    public WorkerState State => new(
        Volatile.Read(ref _working), Volatile.Read(ref _waiting), _options.MostWaitingPieces, _trainings.Count,
        _trainings.Values.Sum(weights => weights.Bytes),
        _lack is { } lack && Stopwatch.GetElapsedTime(lack.Time) <= _options.IdleTime ? lack.Problem : null);

    public WorkerDescription Describe(DescribeRequest request)
    {
        string? refusal =
            request.Protocol != Protocol.Version
                ? $"the silo speaks version {Protocol.Version} of the protocol, the trainer version {request.Protocol}"
            : request.Packages != _options.Packages
                ? $"the silo has {_options.Packages}; the trainer has {request.Packages}"
            : null;
        if (refusal is not null)
            LogRefused(_logger, CheckpointFailure.Shorten(refusal));
        string[] scorers = request.Scorers ?? [];
        return new WorkerDescription(
            refusal, [.. scorers.Where(Has<ISequenceScorer>)], _options.ConcurrentPieces, [.. scorers.Where(Has<ITextScorer>)]);
    }

    /// <summary>Takes a part of weights, one at a time: to decode one takes memory.</summary>
    public async Task<bool> StoreAsync(WeightsChunk chunk)
    {
        await _storing.TakeAsync().ConfigureAwait(false);
        try
        {
            // Before the weights of another training make room for it.
            TrainingWeights.ThrowIfInvalid(chunk, _options.MostWeightsBytes);
            return WeightsOf(chunk.Training, create: true)!.Store(chunk, _options.MostWeightsBytes);
        }
        catch (FormatException error)
        {
            LogRefused(_logger, CheckpointFailure.Shorten(error.Message));
            return false;
        }
        finally
        {
            _storing.Release();
        }
    }

    public void Forget(Guid training)
    {
        if (_trainings.TryRemove(training, out TrainingWeights? weights))
            weights.Dispose();
    }

    /// <summary>Does a piece; cancelled, it stops and its result does not matter.</summary>
    public async Task<PieceResult> RunAsync(Piece piece, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(piece);
        // What waits for its scorer does not keep others from working.
        Turn? turn = piece.Scorer is { } name && (Has<ITextScorer>(name) || Has<ISequenceScorer>(name))
            ? _scorerTurns.GetOrAdd(name, _ => new Turn()) : null;
        if (Interlocked.Increment(ref _waiting) > _options.MostWaitingPieces)
        {
            Interlocked.Decrement(ref _waiting);
            return new PieceResult { Status = PieceStatus.Busy, Message = $"{_options.MostWaitingPieces} pieces are waiting" };
        }

        long asked = Stopwatch.GetTimestamp();
        bool hasTurn = false, hasSlot = false;
        try
        {
            try
            {
                if (turn is not null)
                    await turn.TakeAsync(cancellationToken).ConfigureAwait(false);
                hasTurn = true;
                await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
                hasSlot = true;
                Interlocked.Increment(ref _working);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }

            long began = Stopwatch.GetTimestamp();
            PieceResult result = await WorkAsync(piece, cancellationToken).ConfigureAwait(false);
            return result with { Queued = Stopwatch.GetElapsedTime(asked, began), Computed = Stopwatch.GetElapsedTime(began) };
        }
        catch (ObjectDisposedException)
        {
            // Its weights were forgotten meanwhile.
            return _isDisposed ? Failed("The silo stops.") : Missing(piece);
        }
        catch (Exception error) when (error is LibTorchNotAvailableException or WorkerLimitException)
        {
            _lack = new Lack(error.Message, Stopwatch.GetTimestamp());
            return new PieceResult { Status = PieceStatus.Unable, Message = error.Message };
        }
        catch (SeqGanException error) when (
            (error is ScorerException || (error is not ConstraintException && piece.Scorer is not null))
            && error.InnerException is not OutOfMemoryException)
        {
            return new PieceResult { Status = PieceStatus.ScorerFailed, Message = error.Message };
        }
        catch (ConstraintException error)
        {
            return new PieceResult { Status = PieceStatus.DeadEnd, Message = error.Message };
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            LogRefused(_logger, CheckpointFailure.Shorten(error.Message));
            return new PieceResult { Status = PieceStatus.Refused, Message = error.Message };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogFailed(_logger, error);
            return Failed($"{error.GetType().Name}: {error.Message}");
        }
        finally
        {
            if (hasSlot)
            {
                Interlocked.Decrement(ref _working);
                _slots.Release();
            }

            if (hasTurn)
                turn?.Release();
        }
    }

    /// <summary>Forgets the trainings that it did not hear of for as long as its options say.</summary>
    public void ForgetIdle()
    {
        foreach ((Guid training, TrainingWeights weights) in _trainings)
        {
            if (!weights.IsUsed && Stopwatch.GetElapsedTime(weights.LastUse) > _options.IdleTime)
                Forget(training);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        _idle.Dispose();
        foreach (Guid training in _trainings.Keys)
            Forget(training);
    }

    // Work keeps threads of the pool busy. By default the pool is slow to add more than there are processors, and messages would wait.
    private void KeepThreadsForMessages()
    {
        ThreadPool.GetMinThreads(out int threads, out int ports);
        ThreadPool.GetMaxThreads(out int most, out _);
        long needed = (long)Environment.ProcessorCount + _options.ConcurrentPieces;
        ThreadPool.SetMinThreads((int)Math.Clamp(needed, threads, most), ports);
    }

    private async Task<PieceResult> WorkAsync(Piece piece, CancellationToken cancellationToken)
    {
        if (piece is { Scorer: { } reader, Texts: { } texts })
        {
            if (texts.Sum(text => text?.Length ?? 0L) > _options.MostTokens)
                throw new WorkerLimitException($"The texts have more than {_options.MostTokens} characters.");
            ITextScorer scorer = Get<ITextScorer>(reader);
            return Done(null, await TextScorer.ScoreAsync(reader, scorer, texts, cancellationToken).ConfigureAwait(false));
        }

        SequenceFormat format = WeightsFile.FormatOf(piece.Format);
        TokenBatch rows = PackedSequences.Unpack(piece.Rows, format, _options.MostTokens);
        format.ThrowIfInvalid(rows);
        if (piece.Scorer is { } name)
            return Done(null, await DistinctScores.OfAsync(Get<ISequenceScorer>(name), rows, cancellationToken).ConfigureAwait(false));
        if (WeightsOf(piece.Training, create: false) is not { } weights)
            return Missing(piece);
        using IDisposable use = weights.Use();
        Held? policy = piece.Policy is { } p ? weights.Get(WeightsKind.Policy, p) : null;
        Held? discriminator = piece.Discriminator is { } d ? weights.Get(WeightsKind.Discriminator, d) : null;
        Held? constraint = piece.Constraint is { } c ? weights.Get(WeightsKind.Constraint, c) : null;
        if (policy?.Version != piece.Policy || discriminator?.Version != piece.Discriminator || constraint?.Version != piece.Constraint)
            return Missing(piece);
        if (policy is null)
        {
            return discriminator is null
                ? throw new FormatException("The piece names neither a policy nor a discriminator nor a scorer.")
                : Done(null, await ScoreAsync(discriminator, rows).ConfigureAwait(false));
        }

        var options = new SamplingOptions { Constraint = constraint?.Constraint(format) };
        TokenBatch completions = Complete(piece, policy.Sampler(format), options, rows, out int[] prefixes, cancellationToken);
        byte[] packed = PackedSequences.Pack(completions, format, prefixes);
        if (discriminator is null)
            return Done(packed, null);
        // In one call: every call reads all of the network's weights.
        var scored = new SequenceBuffer(format);
        scored.Reset(completions.Count + rows.Count);
        scored.SetRows(0, completions);
        scored.SetRows(completions.Count, rows);
        return Done(packed, await ScoreAsync(discriminator, scored.AsBatch()).ConfigureAwait(false));

        Task<float[]> ScoreAsync(Held held, TokenBatch sequences) =>
            held.ScoreAsync(sequences, format, _options.MostTableMemory, cancellationToken);

        static PieceResult Done(byte[]? completions, float[]? scores) =>
            new() { Status = PieceStatus.Done, Completions = completions, Scores = scores };
    }

    // As MonteCarloRollout numbers them.
    private TokenBatch Complete(
        Piece piece, SequenceSampler sampler, SamplingOptions options, TokenBatch rows, out int[] prefixes,
        CancellationToken cancellationToken)
    {
        if (piece.SamplesPerPrefix < 1 || piece.PrefixesPerSequence < 1 || !Enum.IsDefined((RandomPurpose)piece.Purpose))
            throw new FormatException("The samples, the prefixes or the purpose of the key are out of range.");
        var request = new RolloutRequest
        {
            Key = new RandomKey(piece.Seed, (RandomPurpose)piece.Purpose, piece.Step),
            SamplesPerPrefix = piece.SamplesPerPrefix,
            PrefixesPerSequence = piece.PrefixesPerSequence,
            FirstRow = piece.FirstRow,
        };
        long count = Enumerable.Range(0, rows.Count).Sum(row => request.PrefixesOf(rows, row).Count() * (long)request.SamplesPerPrefix);
        if ((count + rows.Count) * sampler.Policy.Format.MaxLength > _options.MostTokens)
        {
            throw new WorkerLimitException(
                $"The piece has {rows.Count} sequences and {count} completions: more than {_options.MostTokens} tokens.");
        }

        Completion[] completions = MonteCarloRollout.CompletionsOf(rows, request);
        prefixes = Array.ConvertAll(completions, completion => completion.PrefixLength);
        var destination = new SequenceBuffer(sampler.Policy.Format);
        sampler.Complete(
            rows, completions, rows.Labels, request.Key, request.FirstRow, options, destination, cancellationToken);
        return destination.AsBatch();
    }

    private T Get<T>(string name)
        where T : class
    {
        if (!Has<T>(name))
            throw new FormatException($"This silo has no {typeof(T).Name} '{name}'.");
        try
        {
            return _services.GetRequiredKeyedService<T>(name);
        }
        catch (Exception error)
        {
            throw new ScorerException(name, $"Scorer '{name}' cannot be made: {error.Message}", error);
        }
    }

    private bool Has<T>(string name) => _services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(T), name) == true;

    private TrainingWeights? WeightsOf(Guid training, bool create)
    {
        TrainingWeights? weights = create
            ? _trainings.GetOrAdd(training, _ => new TrainingWeights { LastUse = Stopwatch.GetTimestamp() })
            : _trainings.GetValueOrDefault(training);
        if (weights is not null)
            weights.LastUse = Stopwatch.GetTimestamp();
        if (_trainings.Count > _options.MostTrainings)
        {
            KeyValuePair<Guid, TrainingWeights>[] others = [.. _trainings.Where(other => other.Key != training)];
            IEnumerable<KeyValuePair<Guid, TrainingWeights>> oldestFirst =
                others.OrderBy(other => other.Value.IsUsed).ThenBy(other => other.Value.LastUse);
            foreach ((Guid oldest, _) in oldestFirst.Take(others.Length + 1 - _options.MostTrainings))
                Forget(oldest);
        }

        return weights;
    }

    private static PieceResult Missing(Piece piece)
    {
        string message = $"policy {piece.Policy}, discriminator {piece.Discriminator}, constraint {piece.Constraint}";
        return new PieceResult { Status = PieceStatus.MissingWeights, Message = message };
    }

    private static PieceResult Failed(string problem) => new() { Status = PieceStatus.Failed, Message = problem };

    [LoggerMessage(1, LogLevel.Warning, "Refused what a trainer sent: {Problem}")]
    private static partial void LogRefused(ILogger logger, string problem);

    [LoggerMessage(2, LogLevel.Warning, "A piece failed; its trainer asks again, here or elsewhere.")]
    private static partial void LogFailed(ILogger logger, Exception error);

    private sealed record Lack(string Problem, long Time);
}

/// <summary>What a worker is doing, and what it lacks for some pieces.</summary>
internal sealed record WorkerState(int Working, int Waiting, int MostWaiting, int Trainings, long WeightsBytes, string? Lacks);

/// <summary>A piece is larger than this silo's options allow; another silo's may allow it.</summary>
internal sealed class WorkerLimitException(string message) : Exception(message);
