using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace SeqGan.Orleans;

/// <summary>Completes and scores pieces on a silo, whatever trainers they come from. Thread-safe.</summary>
internal sealed partial class RewardWorker : IDisposable
{
    private const int MostRows = 1 << 20;

    private readonly RewardWorkerOptions _options;
    private readonly IServiceProvider _services;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<Guid, TrainingWeights> _trainings = new();
    private readonly ConcurrentDictionary<string, Turn> _scorerTurns = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _slots;
    private int _waiting;

    public RewardWorker(IOptions<RewardWorkerOptions> options, IServiceProvider services, ILogger<RewardWorker> logger)
    {
        (_options, _services, _logger) = (options.Value, services, logger);
        _options.ThrowIfInvalid();
        _slots = new SemaphoreSlim(Math.Max(1, _options.ConcurrentPieces));
    }

    public WorkerDescription Describe(DescribeRequest request)
    {
        string? refusal =
            request.Protocol != Protocol.Version
                ? $"the silo speaks version {Protocol.Version} of the protocol, the trainer version {request.Protocol}"
            : request.Packages != Protocol.Packages
                ? $"the silo has version {Protocol.Packages} of SeqGan.Orleans, the trainer version {request.Packages}"
            : null;
        if (refusal is not null)
            LogRefused(_logger, refusal);
        return new WorkerDescription(refusal, [.. request.Scorers.Where(HasScorer)], _options.ConcurrentPieces);
    }

    public bool Store(WeightsChunk chunk)
    {
        try
        {
            return WeightsOf(chunk.Training, create: true)!.Store(chunk, _options.MostWeightsBytes);
        }
        catch (FormatException error)
        {
            LogRefused(_logger, error.Message);
            return false;
        }
    }

    public void Forget(Guid training)
    {
        if (_trainings.TryRemove(training, out TrainingWeights? weights))
            weights.Dispose();
    }

    public async Task<PieceResult> RunAsync(Piece piece)
    {
        if (Interlocked.Increment(ref _waiting) > _options.MostWaitingPieces)
        {
            Interlocked.Decrement(ref _waiting);
            return new PieceResult { Status = PieceStatus.Busy, Message = $"{_options.MostWaitingPieces} pieces are waiting" };
        }

        long asked = Stopwatch.GetTimestamp();
        await _slots.WaitAsync().ConfigureAwait(false);
        Interlocked.Decrement(ref _waiting);
        long began = Stopwatch.GetTimestamp();
        try
        {
            PieceResult result = await WorkAsync(piece).ConfigureAwait(false);
            return result with { Queued = Stopwatch.GetElapsedTime(asked, began), Computed = Stopwatch.GetElapsedTime(began) };
        }
        catch (Exception error) when (error is FormatException or ArgumentException or OverflowException)
        {
            LogRefused(_logger, error.Message);
            return new PieceResult { Status = PieceStatus.Refused, Message = error.Message };
        }
        catch (ObjectDisposedException)
        {
            // Its weights were forgotten meanwhile.
            return Missing(piece);
        }
        catch (SeqGanException error)
        {
            return new PieceResult { Status = PieceStatus.ScorerFailed, Message = error.Message };
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose()
    {
        foreach (Guid training in _trainings.Keys)
            Forget(training);
        _slots.Dispose();
    }

    private async Task<PieceResult> WorkAsync(Piece piece)
    {
        SequenceFormat format = WeightsFile.FormatOf(piece.Format);
        TokenBatch rows = PackedSequences.Unpack(piece.Rows, format, MostRows);
        format.ThrowIfInvalid(rows);
        if (piece.Scorer is { } name)
            return Done(null, await ScoreAsync(name, rows).ConfigureAwait(false));
        TrainingWeights? weights = WeightsOf(piece.Training, create: false);
        Held? policy = piece.Policy is { } p ? weights?.Get(WeightsKind.Policy, p) : null;
        Held? discriminator = piece.Discriminator is { } d ? weights?.Get(WeightsKind.Discriminator, d) : null;
        if (policy?.Version != piece.Policy || discriminator?.Version != piece.Discriminator)
            return Missing(piece);
        if (policy is null)
        {
            return discriminator is null
                ? throw new FormatException("The piece names neither a policy nor a discriminator nor a scorer.")
                : Done(null, await discriminator.ScoreAsync(rows, format).ConfigureAwait(false));
        }

        TokenBatch completions = Complete(piece, policy.Policy(format), rows, out int[] prefixes);
        byte[] packed = PackedSequences.Pack(completions, prefixes);
        if (discriminator is null)
            return Done(packed, null);
        float[] ofCompletions = await discriminator.ScoreAsync(completions, format).ConfigureAwait(false);
        float[] ofRows = await discriminator.ScoreAsync(rows, format).ConfigureAwait(false);
        return Done(packed, [.. ofCompletions, .. ofRows]);

        static PieceResult Done(byte[]? completions, float[]? scores) =>
            new() { Status = PieceStatus.Done, Completions = completions, Scores = scores };
    }

    // As MonteCarloRollout numbers them.
    private TokenBatch Complete(Piece piece, CompiledPolicy policy, TokenBatch rows, out int[] prefixes)
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
        if (request.CountCompletions(rows) * (long)policy.Format.MaxLength > _options.MostTokens)
        {
            throw new FormatException(
                $"The piece has {request.CountCompletions(rows)} completions: more than {_options.MostTokens} tokens.");
        }


        Completion[] completions = MonteCarloRollout.CompletionsOf(rows, request);
        prefixes = Array.ConvertAll(completions, completion => completion.PrefixLength);
        var destination = new SequenceBuffer(policy.Format);
        new SequenceSampler(policy).Complete(
            rows, completions, rows.Labels, request.Key, request.FirstRow, new SamplingOptions(), destination, CancellationToken.None);
        return destination.AsBatch();
    }

    private async Task<float[]> ScoreAsync(string name, TokenBatch rows)
    {
        if (!HasScorer(name))
            throw new FormatException($"This silo has no scorer '{name}'.");
        ISequenceScorer scorer = _services.GetRequiredKeyedService<ISequenceScorer>(name);
        Turn turn = _scorerTurns.GetOrAdd(name, _ => new Turn());
        await turn.TakeAsync().ConfigureAwait(false);
        try
        {
            return await DistinctScores.OfAsync(scorer, rows).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not SeqGanException)
        {
            throw new ScorerException(name, $"{error.GetType().Name}: {error.Message}", error);
        }
        finally
        {
            turn.Release();
        }
    }

    private bool HasScorer(string name) =>
        _services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(ISequenceScorer), name) == true;

    private TrainingWeights? WeightsOf(Guid training, bool create)
    {
        TrainingWeights? weights = create
            ? _trainings.GetOrAdd(training, _ => new TrainingWeights())
            : _trainings.GetValueOrDefault(training);
        if (weights is not null)
            weights.LastUse = Stopwatch.GetTimestamp();
        while (_trainings.Count > _options.MostTrainings)
            Forget(_trainings.Where(other => other.Key != training).MinBy(other => other.Value.LastUse).Key);
        return weights;
    }

    private static PieceResult Missing(Piece piece) => new()
    {
        Status = PieceStatus.MissingWeights, Message = $"policy {piece.Policy}, discriminator {piece.Discriminator}",
    };

    [LoggerMessage(1, LogLevel.Warning, "Refused what a trainer sent: {Problem}")]
    private static partial void LogRefused(ILogger logger, string problem);
}
