namespace SeqGan.Orleans;

/// <summary>What a trainer knows of a silo.</summary>
internal sealed class RewardSilo(SiloAddress address, IRewardWorker worker)
{
    // One at a time sends weights to it.
    private readonly Turn _turn = new();
    private readonly Dictionary<WeightsKind, long> _has = [];

    public SiloAddress Address => address;

    public IRewardWorker Worker => worker;

    /// <summary>Null until it has answered.</summary>
    public WorkerDescription? Description { get; set; }

    /// <summary>When it may be asked again after a failure, in <see cref="Environment.TickCount64"/>.</summary>
    public long RestsUntil { get; private set; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    public bool Rests => Environment.TickCount64 < RestsUntil;

    public void Succeed() => Failures = 0;

    /// <summary>Lets it rest, for longer each time; what it has is unknown.</summary>
    public void Fail()
    {
        // Of those who ask it at the same time, the first says all.
        if (Rests)
            return;
        Failures++;
        RestsUntil = Environment.TickCount64 + Math.Min(30_000, 250L << Math.Min(Failures, 7));
        Description = null;
        Forget();
    }

    public void Forget()
    {
        lock (_has)
            _has.Clear();
    }

    /// <summary>Sends weights that it lacks; the number of bytes sent.</summary>
    public async Task<long> SendAsync(
        Guid training, IEnumerable<SharedWeights> weights, int chunkBytes, CancellationToken cancellationToken)
    {
        await _turn.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            long sent = 0;
            foreach (SharedWeights shared in weights)
            {
                long? has = Has(shared.Kind);
                if (has == shared.Version)
                    continue;
                EncodedWeights encoded = shared.EncodeFor(has);
                sent += encoded.Bytes.Length;
                if (!await SendAsync(training, encoded, chunkBytes, cancellationToken).ConfigureAwait(false))
                {
                    encoded = shared.EncodeFor(null);
                    sent += encoded.Bytes.Length;
                    if (!await SendAsync(training, encoded, chunkBytes, cancellationToken).ConfigureAwait(false))
                        throw new RewardClusterException($"Silo {address} refused the weights of the {shared.Kind}: its log says why.");
                }

                lock (_has)
                    _has[shared.Kind] = encoded.Version;
            }

            return sent;
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

    private async Task<bool> SendAsync(Guid training, EncodedWeights weights, int chunkBytes, CancellationToken cancellationToken)
    {
        int length = weights.Bytes.Length;
        for (int offset = 0; offset < length; offset += chunkBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[] bytes = weights.Bytes.AsSpan(offset, Math.Min(chunkBytes, length - offset)).ToArray();
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
