namespace SeqGan.Orleans;

/// <summary>
/// A trainer's side of the cluster: what weights silos have, and who does which piece. A piece that fails on a silo, or takes too long, is
/// done by another; the first result counts, and all are the same.
/// </summary>
/// <remarks>Several batches may run at a time, while the weights stay as they are.</remarks>
internal sealed partial class RewardCluster : IDisposable
{
    private const int Attempts = 3, FailuresOfAPiece = 6, MostPieces = 1024;

    private static readonly TimeSpan BusyDelay = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger;
    private readonly Guid _training = Guid.NewGuid();
    private readonly KnownSilos _silos;

    // Where this process works locally meanwhile, it does not wait for a silo again.
    private bool _isDown;

    /// <summary>A cluster that a client is connected to, with names of scorers that silos may have.</summary>
    public RewardCluster(IClusterClient client, OrleansRewardOptions options, IEnumerable<string> scorers, ILogger logger)
    {
        options.ThrowIfInvalid();
        (Options, _logger) = (options, logger);
        _silos = new KnownSilos(client, options, [.. scorers], logger);
    }

    public OrleansRewardOptions Options { get; }

    public SharedWeights Policy { get; } = new(WeightsKind.Policy);

    public SharedWeights Discriminator { get; } = new(WeightsKind.Discriminator);

    public SharedWeights Constraint { get; } = new(WeightsKind.Constraint);

    /// <summary>Cuts a batch, whose rows have costs, into parts for the silos that have a scorer, or for all.</summary>
    public async ValueTask<List<TokenBatch>> SplitAsync(
        TokenBatch sequences, double[] costs, string? scorer, CancellationToken cancellationToken)
    {
        await _silos.RefreshAsync(waits: !(_isDown && scorer is null), cancellationToken).ConfigureAwait(false);
        int slots = _silos.All.Sum(silo => silo.Description is { Refusal: null } can && can.Has(scorer)
            ? Math.Min(can.ConcurrentPieces, MostPieces) : 0);
        var parts = new List<TokenBatch>();
        int row = 0;
        foreach (int rows in PieceSizes.Of(costs, Math.Max(1, slots), Options.PiecesPerSlot))
        {
            parts.Add(sequences.Slice(row, rows));
            row += rows;
        }

        return parts;
    }

    /// <summary>A piece of this training, with the present weights.</summary>
    public Piece NewPiece(TokenBatch rows, SequenceFormat format) => new()
    {
        Training = _training, Rows = PackedSequences.Pack(rows, format), Format = WeightsFile.Numbers(format),
    };

    /// <summary>Does pieces, in any order and anywhere.</summary>
    /// <returns>Their results, in the order of the pieces.</returns>
    /// <exception cref="RewardClusterException">No silo could do what is left for longer than the options allow.</exception>
    /// <exception cref="ScorerException">A scorer failed.</exception>
    /// <exception cref="ConstraintException">A completion cannot satisfy its constraint.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async ValueTask<PieceResult[]> RunAsync(
        IReadOnlyList<Piece> pieces, CancellationToken cancellationToken, IReadOnlyList<Lazy<string[]>>? texts = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batch = new PieceBatch(pieces, FailuresOfAPiece, Options.SiloTimeout, texts);
        var lanes = new Dictionary<RewardSilo, List<Task>>();
        long began = Environment.TickCount64;
        bool canWorkLocally = Options.FallsBackToLocal && pieces[0].Scorer is null;
        // A rest may be over long before the next look for silos.
        TimeSpan wake = TimeSpan.FromMilliseconds(
            Math.Clamp(Math.Min(Options.RefreshInterval.TotalMilliseconds, Options.SiloTimeout.TotalMilliseconds / 4), 10, 1000));
        try
        {
            while (!batch.IsDone)
            {
                batch.ThrowIfFailed();
                batch.Repeat();
                bool isDown = _isDown && canWorkLocally;
                await _silos.RefreshAsync(waits: !isDown, cancellationToken).ConfigureAwait(false);
                foreach (RewardSilo silo in _silos.All)
                {
                    if (!silo.CanDo(pieces[0], out WorkerDescription? can))
                        continue;
                    if (!lanes.TryGetValue(silo, out List<Task>? tasks))
                        lanes[silo] = tasks = [];
                    tasks.RemoveAll(task => task.IsCompleted);
                    // One more than it works on, so that it never waits for the next.
                    int most = Math.Min(can.ConcurrentPieces, MostPieces);
                    while (batch.HasWork && tasks.Count <= most)
                        tasks.Add(Task.Run(() => WorkAsync(silo, batch, stop.Token), CancellationToken.None));
                }

                // While a silo works, it has its own time limit; without one, the batch waits for one to come.
                TimeSpan patience = isDown ? TimeSpan.Zero : Options.SiloTimeout;
                bool isServed = lanes.Values.Any(tasks => tasks.Exists(task => !task.IsCompleted));
                if (!isServed && Environment.TickCount64 - Math.Max(began, batch.LastWorked) >= patience.TotalMilliseconds)
                {
                    _isDown |= canWorkLocally;
                    Trouble trouble = _silos.FindTrouble(pieces[0].Scorer);
                    throw new RewardClusterException(
                        $"No silo could do what is left of a batch for {patience.TotalSeconds:0.#} s: {trouble.Problem}. "
                        + $"Start silos with {nameof(RewardSiloExtensions.AddSeqGanRewards)}, or set {nameof(OrleansRewardOptions)}."
                        + $"{nameof(OrleansRewardOptions.FallsBackToLocal)}.",
                        trouble.Error);
                }

                await batch.WaitAsync(wake, cancellationToken).ConfigureAwait(false);
            }

            if (canWorkLocally)
                _isDown = false;
            _silos.Trouble = Trouble.None;
            return batch.Results;
        }
        finally
        {
            // What still runs is no longer needed. It ends at once, before other weights are sent.
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(lanes.Values.SelectMany(tasks => tasks)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Scores sequences by the present discriminator, or by a scorer of the silos, which may read texts.</summary>
    public async ValueTask ScoreAsync(
        TokenBatch sequences, SequenceFormat format, Memory<float> scores, CancellationToken cancellationToken, string? scorer = null,
        Func<TokenBatch, IReadOnlyList<string>>? decode = null)
    {
        if (sequences.Count == 0)
            return;
        List<TokenBatch> parts = await SplitAsync(
            sequences, [.. Enumerable.Repeat(1.0, sequences.Count)], scorer, cancellationToken).ConfigureAwait(false);
        Lazy<string[]>[]? texts = decode is null ? null : [.. parts.Select(part => new Lazy<string[]>(() => [.. decode(part)]))];
        long? discriminator = scorer is null ? Discriminator.Version : null;
        Piece[] pieces =
            [.. parts.Select(part => NewPiece(part, format) with { Scorer = scorer, Discriminator = discriminator })];
        PieceResult[] results = await RunAsync(pieces, cancellationToken, texts).ConfigureAwait(false);
        foreach ((TokenBatch part, PieceResult result) in parts.Zip(results))
        {
            if (result.Scores is not { } found || found.Length != part.Count)
                throw new RewardClusterException($"A silo gave {result.Scores?.Length ?? 0} scores of {part.Count} sequences.");
            found.CopyTo(scores);
            scores = scores[found.Length..];
        }
    }

    /// <summary>Says that this process works locally.</summary>
    public void LogLocal(RewardClusterException error) => LogLocal(_logger, error.Message);

    public void Dispose()
    {
        foreach (RewardSilo silo in _silos.All.Where(silo => silo.Description is not null))
        {
            try
            {
                silo.Worker.ForgetAsync(_training).Ignore();
            }
            catch (Exception error)
            {
                // A courtesy: silos forget by themselves, too.
                LogSiloFailed(_logger, silo.Address.ToString(), error.Message);
            }
        }
    }

    // Takes pieces as long as the silo does them.
    private async Task WorkAsync(RewardSilo silo, PieceBatch batch, CancellationToken cancellationToken)
    {
        while (silo.CanDo(batch.Pieces[0], out WorkerDescription? can) && batch.TryTake(out int index))
        {
            Piece piece;
            try
            {
                piece = batch.For(can, index);
            }
            catch (Exception error)
            {
                // The trainer's own: its sequences cannot be decoded.
                batch.Fail(error);
                return;
            }

            long began = Environment.TickCount64;
            bool wasDone = false;
            batch.BeginWork();
            try
            {
                PieceResult result = await RunAsync(silo, piece, cancellationToken).ConfigureAwait(false);
                if (result.Status == PieceStatus.Failed)
                    throw new RewardClusterException(result.Message ?? "It does not say why.");
                silo.Succeed();
                switch (result.Status)
                {
                    case PieceStatus.Done:
                        batch.Finish(index, result);
                        wasDone = true;
                        break;
                    case PieceStatus.Busy:
                        string busy = $"silo {silo.Address} has as many pieces as it takes: {result.Message}";
                        _silos.Trouble = new Trouble(busy);
                        batch.Return(index, new RewardClusterException(
                            $"No silo took a piece for {Options.SiloTimeout.TotalSeconds:0.#} s: {busy}."));
                        await Task.Delay(BusyDelay, cancellationToken).ConfigureAwait(false);
                        break;
                    case PieceStatus.Unable:
                        silo.CannotDo(piece);
                        _silos.Trouble = new Trouble($"silo {silo.Address} cannot do a piece: {result.Message}");
                        LogSiloFailed(_logger, silo.Address.ToString(), result.Message ?? string.Empty);
                        batch.Return(index);
                        return;
                    case PieceStatus.ScorerFailed:
                        batch.Fail(new ScorerException(piece.Scorer ?? "discriminator", $"On silo {silo.Address}: {result.Message}"));
                        return;
                    case PieceStatus.DeadEnd:
                        batch.Fail(new ConstraintException(result.Message ?? "A completion cannot satisfy its constraint.", []));
                        return;
                    default:
                        batch.Fail(new RewardClusterException($"Silo {silo.Address} refused a piece: {result.Message}"));
                        return;
                }
            }
            catch (Exception error)
            {
                if (cancellationToken.IsCancellationRequested)
                    return;
                silo.Fail(began);
                ClusterMetrics.RecordFailure(silo.Address, Options.Statistics);
                string problem = $"silo {silo.Address} failed: {error.GetType().Name}: {error.Message}";
                _silos.Trouble = new Trouble(problem, error);
                LogSiloFailed(_logger, silo.Address.ToString(), error.Message);
                batch.Return(index, new RewardClusterException(
                    $"A piece failed {FailuresOfAPiece} times or more, the last time as {problem}", error));
                return;
            }
            finally
            {
                batch.EndWork(wasDone || Environment.TickCount64 - began >= Options.SiloTimeout.TotalMilliseconds / 4);
            }
        }
    }

    private async Task<PieceResult> RunAsync(RewardSilo silo, Piece piece, CancellationToken cancellationToken)
    {
        SharedWeights[] needed =
            [.. new[] { Policy, Discriminator, Constraint }.Where(weights => piece.VersionOf(weights.Kind) is not null)];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            // The silo hears of the end, and so does this side if the silo does not answer.
            PieceResult result;
            try
            {
                limit.CancelAfter(Options.PieceTimeout);
                await silo.SendAsync(_training, needed, Options.ChunkBytes, RecordSent, limit.Token).ConfigureAwait(false);
                limit.CancelAfter(Options.PieceTimeout);
                RecordSent(ClusterMetrics.SizeOf(piece));
                result = await silo.Worker.RunAsync(piece, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"a piece took longer than {Options.PieceTimeout.TotalSeconds:0.###} s.", error);
            }

            ClusterMetrics.Record(silo.Address, result, Options.Statistics);
            if (result.Status != PieceStatus.MissingWeights)
                return result;
            silo.Forget();
        }

        throw new RewardClusterException("It loses the weights that it is sent: it serves too many trainings at a time.");

        void RecordSent(long bytes) => ClusterMetrics.RecordSent(silo.Address, bytes, Options.Statistics);
    }

    [LoggerMessage(1, LogLevel.Warning, "Silo {Silo} failed, and its pieces are done elsewhere: {Problem}")]
    private static partial void LogSiloFailed(ILogger logger, string silo, string problem);

    [LoggerMessage(3, LogLevel.Warning, "This process completes and scores locally: {Problem}")]
    private static partial void LogLocal(ILogger logger, string problem);
}
