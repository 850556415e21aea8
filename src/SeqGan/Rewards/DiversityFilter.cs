using System.Text.Json.Serialization;

namespace SeqGan.Rewards;

/// <summary>Lowers the score of what the generator has produced before; see <see cref="Scorers.WithDiversityFilter"/>.</summary>
internal sealed partial class DiversityFilter : IAdaptiveScorer, ICheckpointable, IScorerUser
{
    // A bucket and its count as JSON, with quotation marks, colon and comma: at most 20 and 10 digits.
    private const int MaxEntryLength = 34;

    private readonly CheckedScorer _scorer;
    private readonly int _tolerance;
    private readonly float _minimumScore;
    private readonly int _perGeneration;
    private readonly Func<ReadOnlySpan<int>, ulong> _bucketOf;
    private Dictionary<ulong, int> _young = [];
    private Dictionary<ulong, int> _old = [];
    private float[] _raw = [];
    private ulong[] _buckets = [];
    private int _scored;
    private WeakReference<Stack<Change>>? _changes;

    public DiversityFilter(
        ISequenceScorer scorer, int tolerance = 25, float minimumScore = 0, int capacity = 65_536,
        Func<ReadOnlySpan<int>, ulong>? bucketOf = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tolerance, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        if (float.IsNaN(minimumScore))
            throw new ArgumentOutOfRangeException(nameof(minimumScore), minimumScore, "The minimum score must be a number.");
        _scorer = new CheckedScorer(scorer);
        (_tolerance, _minimumScore, _perGeneration) = (tolerance, minimumScore, capacity / 2);
        _bucketOf = bucketOf ?? Hash;
    }

    public string Name => _scorer.Name;

    public bool AllowsConcurrency => _scorer.AllowsConcurrency;

    public int Count => _young.Count + _old.Count;

    CheckedScorer IScorerUser.Scorer => _scorer;

    public void BeginBatch(RewardRequest request) => _scorer.BeginBatch(request);

    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        if (_raw.Length < sequences.Count)
            (_raw, _buckets) = (new float[sequences.Count], new ulong[sequences.Count]);
        await _scorer.ScoreAsync(sequences, _raw.AsMemory(0, sequences.Count), cancellationToken).ConfigureAwait(false);
        for (int row = 0; row < sequences.Count; row++)
        {
            float raw = _raw[row];
            _buckets[row] = _bucketOf(sequences[row]);
            scores.Span[row] = raw - MathF.Abs(raw) * Math.Min(1, TimesSeen(_buckets[row]) / (float)_tolerance);
        }

        _scored = sequences.Count;
    }

    public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores)
    {
        if (_scored != sequences.Count || !Enumerable.Range(0, _scored).All(row => _buckets[row] == _bucketOf(sequences[row])))
            throw new InvalidOperationException("A batch ends with what was scored last: score the sequences after their completions.");
        for (int row = 0; row < sequences.Count; row++)
        {
            if (_raw[row] >= _minimumScore)
                Remember(_buckets[row]);
        }

        _scorer.EndBatch(sequences, _raw.AsMemory(0, sequences.Count));
        _scored = 0;
    }

    /// <summary>How often sequences of the same bucket are remembered.</summary>
    public int TimesSeen(ReadOnlySpan<int> sequence) => TimesSeen(_bucketOf(sequence));

    // Sorted, so that the same memory is the same bytes.
    public void SaveState(Stream destination) => JsonSerializer.Serialize(
        destination, new Memory(new(_young.OrderBy(entry => entry.Key)), new(_old.OrderBy(entry => entry.Key))), MemoryJson.Default.Memory);

    public void RestoreState(Stream source, int version)
    {
        if (source.Length > 64 + 2L * _perGeneration * MaxEntryLength)
            throw new InvalidDataException($"The memory has {source.Length} bytes, too many for {2 * _perGeneration} buckets.");
        Memory memory;
        try
        {
            memory = JsonSerializer.Deserialize(source, MemoryJson.Default.Memory) ?? throw new InvalidDataException("The memory is null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"The memory is not valid: {error.Message}", error);
        }

        if (memory.Young.Count > _perGeneration || memory.Old.Count > _perGeneration)
            throw new InvalidDataException(
                $"The memory has halves of {memory.Young.Count} and {memory.Old.Count} buckets; a half has at most {_perGeneration}.");
        if (memory.Young.Concat(memory.Old).FirstOrDefault(entry => entry.Value < 1, new(0, 1)) is { Value: < 1 } bad)
            throw new InvalidDataException($"Bucket {bad.Key} was seen {bad.Value} times; the least is 1.");
        if (memory.Young.Keys.Any(memory.Old.ContainsKey))
            throw new InvalidDataException("The memory has a bucket in both of its halves.");
        (_young, _old) = (memory.Young, memory.Old);
    }

    // A batch changes a few buckets of many: they are remembered, not the memory.
    object ICheckpointable.Capture()
    {
        var changes = new Stack<Change>();
        _changes = new WeakReference<Stack<Change>>(changes);
        return changes;
    }

    void ICheckpointable.Revert(object captured)
    {
        foreach (Change change in (Stack<Change>)captured)
        {
            (_young, _old) = (change.Young, change.Old);
            Set(_young, change.Bucket, change.InYoung);
            Set(_old, change.Bucket, change.InOld);
        }

        static void Set(Dictionary<ulong, int> buckets, ulong bucket, int count)
        {
            if (count == 0)
                buckets.Remove(bucket);
            else
                buckets[bucket] = count;
        }
    }

    private int TimesSeen(ulong bucket) => _young.TryGetValue(bucket, out int count) ? count : _old.GetValueOrDefault(bucket);

    private void Remember(ulong bucket)
    {
        int count = TimesSeen(bucket);
        if (_changes is not null && _changes.TryGetTarget(out Stack<Change>? changes))
            changes.Push(new Change(_young, _old, bucket, _young.GetValueOrDefault(bucket), _old.GetValueOrDefault(bucket)));
        if (!_young.ContainsKey(bucket))
        {
            _old.Remove(bucket);
            if (_young.Count == _perGeneration)
                (_young, _old) = ([], _young);
        }

        _young[bucket] = count == int.MaxValue ? count : count + 1;
    }

    // The same in every process, unlike the hash codes of .NET: it goes into checkpoints.
    private static ulong Hash(ReadOnlySpan<int> sequence)
    {
        ulong hash = (ulong)sequence.Length * 0x9E37_79B9_7F4A_7C15;
        foreach (int token in sequence)
        {
            hash = (hash ^ (uint)token) * 0xBF58_476D_1CE4_E5B9;
            hash ^= hash >> 29;
        }

        hash = (hash ^ (hash >> 32)) * 0x94D0_49BB_1331_11EB;
        return hash ^ (hash >> 31);
    }

    // The state: how often each bucket was seen, the younger half of the memory and the older one.
    private sealed record Memory(Dictionary<ulong, int> Young, Dictionary<ulong, int> Old);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(Memory))]
    private sealed partial class MemoryJson : JsonSerializerContext;

    // What a bucket was: its count in each half; 0 where it was not in it.
    private readonly record struct Change(Dictionary<ulong, int> Young, Dictionary<ulong, int> Old, ulong Bucket, int InYoung, int InOld);
}
