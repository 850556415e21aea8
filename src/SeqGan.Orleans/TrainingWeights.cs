using System.Diagnostics;
using SeqGan.Constraints;

namespace SeqGan.Orleans;

/// <summary>What a silo holds of one training: the newest weights of each kind, and those before, for pieces that are late.</summary>
internal sealed class TrainingWeights : IDisposable
{
    private const int KeptVersions = 2;

    private readonly Dictionary<WeightsKind, List<Held>> _held = [];
    private readonly Dictionary<WeightsKind, Incoming> _incoming = [];
    private readonly SpareDiscriminator _spare = new();
    private long _bytes;
    private int _users;

    /// <summary>When it was last asked for.</summary>
    public long LastUse { get; set; }

    /// <exception cref="FormatException">A part contradicts itself, or is one of too much.</exception>
    public static void ThrowIfInvalid(WeightsChunk? chunk, int mostBytes)
    {
        if (chunk?.Bytes is null || !Enum.IsDefined(chunk.Kind))
            throw new FormatException("A part of weights has no bytes, or is of an unknown kind.");
        if (chunk.TotalLength < 0 || chunk.TotalLength > mostBytes || chunk.Offset < 0
            || chunk.Bytes.Length > chunk.TotalLength - chunk.Offset)
        {
            throw new FormatException($"A part of {chunk.Bytes.Length} bytes at {chunk.Offset} of {chunk.TotalLength} does not fit.");
        }
    }

    /// <summary>Takes a valid part; false if the base is not there, a part is missing, or the bytes cannot be decoded.</summary>
    public bool Store(WeightsChunk chunk, int mostBytes)
    {
        lock (_held)
        {
            if (Find(chunk.Kind, chunk.Version) is not null)
                return true;
            if (!_incoming.TryGetValue(chunk.Kind, out Incoming? incoming) || incoming.Version != chunk.Version || chunk.Offset == 0)
                _incoming[chunk.Kind] = incoming = new Incoming(chunk.Version, new MemoryStream());
            if (incoming.Bytes.Length != chunk.Offset)
                return false;
            incoming.Bytes.Write(chunk.Bytes);
            if (incoming.Bytes.Length < chunk.TotalLength)
                return true;
            _incoming.Remove(chunk.Kind);
            Held? known = chunk.Base is { } version ? Find(chunk.Kind, version) : null;
            if (chunk.Base is not null && known is null)
                return false;
            byte[] decoded = WeightsCodec.Decode(
                incoming.Bytes.GetBuffer().AsSpan(0, chunk.TotalLength), known is null ? [] : known.Bytes, mostBytes);
            Add(new Held(chunk.Kind, chunk.Version, decoded, _spare));
            return true;
        }
    }

    /// <summary>How many bytes of weights it holds.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Whether a piece is worked on with them.</summary>
    public bool IsUsed => Volatile.Read(ref _users) > 0;

    /// <summary>Marks them as used until what is returned is disposed.</summary>
    public IDisposable Use() => new Usage(this);

    /// <summary>The weights of a version, or null.</summary>
    public Held? Get(WeightsKind kind, long version)
    {
        lock (_held)
            return Find(kind, version);
    }

    public void Dispose()
    {
        lock (_held)
        {
            foreach (Held held in _held.Values.SelectMany(list => list))
                held.Free(isForgotten: true);
            _held.Clear();
        }

        _spare.Dispose();
    }

    private Held? Find(WeightsKind kind, long version) => _held.GetValueOrDefault(kind)?.Find(held => held.Version == version);

    private void Add(Held held)
    {
        if (!_held.TryGetValue(held.Kind, out List<Held>? list))
            _held[held.Kind] = list = [];
        // Its bytes are what the next difference builds on; its network is hardly needed any more.
        if (list.Count > 0)
            list[^1].Free(isForgotten: false);
        list.Add(held);
        Interlocked.Add(ref _bytes, held.Bytes.Length);
        if (list.Count <= KeptVersions)
            return;
        Interlocked.Add(ref _bytes, -list[0].Bytes.Length);
        list[0].Free(isForgotten: true);
        list.RemoveAt(0);
    }

    private sealed class Usage : IDisposable
    {
        private readonly TrainingWeights _weights;

        public Usage(TrainingWeights weights) => Interlocked.Increment(ref (_weights = weights)._users);

        public void Dispose()
        {
            _weights.LastUse = Stopwatch.GetTimestamp();
            Interlocked.Decrement(ref _weights._users);
        }
    }

    private sealed record Incoming(long Version, MemoryStream Bytes);
}

/// <summary>Weights of one version, and the network that has them, made when it is first used.</summary>
internal sealed class Held(WeightsKind kind, long version, byte[] bytes, SpareDiscriminator spare)
{
    // A scorer takes one caller at a time.
    private readonly Turn _turn = new();
    private readonly Lock _lock = new();
    private SequenceSampler? _sampler;
    private ITokenConstraint? _constraint;
    private HeldDiscriminator? _discriminator;
    private volatile bool _isRetired, _isFreed;

    public WeightsKind Kind => kind;

    public long Version => version;

    public byte[] Bytes => bytes;

    /// <summary>What completes with the policy, for a format that must be its own.</summary>
    public SequenceSampler Sampler(SequenceFormat format)
    {
        lock (_lock)
        {
            SequenceSampler sampler = _sampler ??= new SequenceSampler(WeightsFile.ReadPolicy(bytes));
            WeightsFile.ThrowIfOther(sampler.Policy.Format, format);
            return sampler;
        }
    }

    /// <summary>The constraint of completions, for a format that must be its own but for labels.</summary>
    public ITokenConstraint Constraint(SequenceFormat format)
    {
        lock (_lock)
        {
            ITokenConstraint constraint = _constraint ??= ConstraintFile.Read(bytes);
            return ConstraintGuard.DescribeOtherFormat(constraint, format) is { } difference
                ? throw new FormatException(difference) : constraint;
        }
    }

    /// <summary>Scores sequences, equal ones once.</summary>
    /// <exception cref="ObjectDisposedException">The weights were forgotten.</exception>
    public async Task<float[]> ScoreAsync(
        TokenBatch sequences, SequenceFormat format, int mostTableMemory, CancellationToken cancellationToken)
    {
        await _turn.TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isRetired, this);
            _discriminator ??= WeightsFile.ReadDiscriminator(bytes, mostTableMemory, spare.Take());
            WeightsFile.ThrowIfOther(_discriminator.Format, format);
            return await DistinctScores.OfAsync(_discriminator.Scorer, sequences, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// Frees the network, now or when the present caller is done; it may be made again, unless the weights are forgotten.
    /// </summary>
    public void Free(bool isForgotten)
    {
        (_isRetired, _isFreed) = (_isRetired || isForgotten, true);
        if (_turn.TryTake())
            Release();
    }

    private void Release()
    {
        do
        {
            if (_isFreed)
            {
                if (_discriminator is not null)
                    spare.Give(_discriminator);
                lock (_lock)
                    (_discriminator, _sampler, _constraint, _isFreed) = (null, null, null, false);
            }

            _turn.Release();
        }
        while (_isFreed && _turn.TryTake());
    }
}

/// <summary>A discriminator that was read from weights.</summary>
internal sealed record HeldDiscriminator(ISequenceScorer Scorer, SequenceFormat Format) : IDisposable
{
    public void Dispose() => (Scorer as IDisposable)?.Dispose();
}

/// <summary>
/// The discriminator of weights that are no longer used, for the next ones: every module of TorchSharp 0.107 leaves some memory behind.
/// Thread-safe.
/// </summary>
internal sealed class SpareDiscriminator : IDisposable
{
    private HeldDiscriminator? _discriminator;
    private volatile bool _isDisposed;

    /// <summary>The discriminator, if there is one; the caller's from now on.</summary>
    public HeldDiscriminator? Take() => Interlocked.Exchange(ref _discriminator, null);

    /// <summary>Takes a discriminator over.</summary>
    public void Give(HeldDiscriminator discriminator)
    {
        Interlocked.Exchange(ref _discriminator, discriminator)?.Dispose();
        if (_isDisposed)
            Dispose();
    }

    public void Dispose()
    {
        _isDisposed = true;
        Take()?.Dispose();
    }
}

/// <summary>Scores sequences, of which equal ones are scored once.</summary>
internal static class DistinctScores
{
    /// <exception cref="ScorerException">The scorer failed, or broke its contract.</exception>
    public static async Task<float[]> OfAsync(ISequenceScorer scorer, TokenBatch sequences, CancellationToken cancellationToken)
    {
        var distinct = new DistinctSequences();
        int[] indices = new int[sequences.Count];
        for (int row = 0; row < indices.Length; row++)
            indices[row] = distinct.IndexOf(distinct.KeyOf(sequences, row), row);
        float[] scores = new float[distinct.Count];
        await new CheckedScorer(scorer).ScoreAsync(distinct.Of(sequences), scores, cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(indices, index => scores[index]);
    }
}
