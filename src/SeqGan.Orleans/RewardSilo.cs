using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SeqGan.Orleans;

/// <summary>What a trainer knows of a silo.</summary>
internal sealed class RewardSilo(SiloAddress address, IRewardWorker worker, TimeSpan longestRest)
{
    // What a silo lacks, it may get; until then, it is not asked again and again.
    private const long UnableTime = 60_000;

    // One at a time sends weights to it.
    private readonly Turn _turn = new();
    private readonly Dictionary<WeightsKind, long> _has = [];
    private readonly ConcurrentDictionary<(string? Scorer, bool Completes, bool Scores), long> _unableUntil = new();
    private long _failedAt = long.MinValue, _restsUntil;
    private int _failures;

    public SiloAddress Address => address;

    public IRewardWorker Worker => worker;

    /// <summary>Null until it has answered; it stays as it is as long as the silo runs.</summary>
    public WorkerDescription? Description { get; set; }

    /// <summary>Taken while it is asked for its description.</summary>
    public Turn Describing { get; } = new();

    /// <summary>Whether it is left alone after a failure.</summary>
    public bool Rests => Environment.TickCount64 < Volatile.Read(ref _restsUntil);

    public void Succeed() => Volatile.Write(ref _failures, 0);

    /// <summary>Lets it rest, for longer each time; what it has is unknown.</summary>
    /// <param name="began">When what failed began, in <see cref="Environment.TickCount64"/>.</param>
    public void Fail(long began)
    {
        lock (_has)
        {
            // Of those who asked it at the same time, the first says all.
            if (began < _failedAt)
                return;
            _failedAt = Environment.TickCount64;
            _failures++;
            double rest = Math.Min(longestRest.TotalMilliseconds, 250L << Math.Min(_failures, 7));
            Volatile.Write(ref _restsUntil, _failedAt + (long)rest);
        }

        Forget();
    }

    /// <summary>Whether it can do a piece, as far as is known; <paramref name="can"/> says what else it can.</summary>
    public bool CanDo(Piece piece, [NotNullWhen(true)] out WorkerDescription? can)
    {
        can = Description;
        return can is { Refusal: null, ConcurrentPieces: > 0 } && !Rests && can.Has(piece.Scorer)
            && !(_unableUntil.TryGetValue(KindOf(piece), out long until) && Environment.TickCount64 < until);
    }

    /// <summary>Notes that it said that it cannot do such pieces.</summary>
    public void CannotDo(Piece piece) => _unableUntil[KindOf(piece)] = Environment.TickCount64 + UnableTime;

    public void Forget()
    {
        lock (_has)
            _has.Clear();
    }

    /// <summary>Sends weights that it lacks, and says how many bytes each message has.</summary>
    public async Task SendAsync(
        Guid training, IEnumerable<SharedWeights> weights, int chunkBytes, Action<long> sent, CancellationToken cancellationToken)
    {
        await _turn.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (SharedWeights shared in weights)
            {
                long? has = Has(shared.Kind);
                if (has == shared.Version)
                    continue;
                EncodedWeights encoded = shared.EncodeFor(has);
                if (!await SendAsync(training, encoded, chunkBytes, sent, cancellationToken).ConfigureAwait(false))
                {
                    encoded = shared.EncodeFor(null);
                    if (!await SendAsync(training, encoded, chunkBytes, sent, cancellationToken).ConfigureAwait(false))
                        throw new RewardClusterException($"Silo {address} refused the weights of the {shared.Kind}: its log says why.");
                }

                lock (_has)
                    _has[shared.Kind] = encoded.Version;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private long? Has(WeightsKind kind)
    {
        lock (_has)
            return _has.TryGetValue(kind, out long version) ? version : null;
    }

    private static (string?, bool, bool) KindOf(Piece piece) =>
        (piece.Scorer, piece.Policy is not null, piece.Discriminator is not null);

    private async Task<bool> SendAsync(
        Guid training, EncodedWeights weights, int chunkBytes, Action<long> sent, CancellationToken cancellationToken)
    {
        int length = weights.Bytes.Length;
        for (int offset = 0; offset < length; offset += chunkBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[] bytes = weights.Bytes.AsSpan(offset, Math.Min(chunkBytes, length - offset)).ToArray();
            sent(bytes.Length);
            var chunk = new WeightsChunk(training, weights.Kind, weights.Version, weights.Base, length, offset, bytes);
            if (!await worker.StoreAsync(chunk).WaitAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }

        return true;
    }
}

/// <summary>Weights that silos get: the present version, and how it differs from the one before.</summary>
internal sealed class SharedWeights(WeightsKind kind)
{
    private readonly Lock _lock = new();
    private byte[] _bytes = [];
    private byte[]? _before, _whole, _difference;

    public WeightsKind Kind => kind;

    /// <summary>0 until there are weights.</summary>
    public long Version { get; private set; }

    /// <summary>Makes other bytes a new version.</summary>
    public void Set(byte[] bytes)
    {
        lock (_lock)
        {
            if (Version > 0 && bytes.AsSpan().SequenceEqual(_bytes))
                return;
            (_before, _bytes) = (_bytes.Length == bytes.Length ? _bytes : null, bytes);
            (_whole, _difference) = (null, null);
            Version++;
        }
    }

    /// <summary>The present version for whoever has a version, or none.</summary>
    public EncodedWeights EncodeFor(long? has)
    {
        lock (_lock)
        {
            return has == Version - 1 && _before is not null
                ? new(kind, Version, has, _difference ??= WeightsCodec.Encode(_bytes, _before))
                : new(kind, Version, null, _whole ??= WeightsCodec.Encode(_bytes, []));
        }
    }
}

/// <summary>A version of weights as it is sent, and the version that it builds on.</summary>
internal sealed record EncodedWeights(WeightsKind Kind, long Version, long? Base, byte[] Bytes);
