namespace SeqGan.Sampling;

/// <summary>The keys and values of sequences in the making. Completions of a prefix read the prefix's own, which are not copied.</summary>
/// <remarks>
/// A result depends on the tokens alone: scores and sums are taken in the order of the positions, however these are cut into pages and
/// into what a completion shares and what is its own.
/// </remarks>
internal sealed unsafe class TransformerStates : SlotStates
{
    private readonly CompiledTransformer _network;
    private readonly Kernels _kernels;
    private readonly KeyValuePool _pool;
    private readonly KeyValueCache[] _caches;
    private readonly RotaryTable _rotary;
    private readonly AlignedArray _values, _normalized, _projections, _attention, _feedForward, _scores = new(), _sums = new();
    private (KeyValueCache Cache, int Count)[] _saved = [];

    public TransformerStates(CompiledTransformer network, Kernels kernels, int slots)
    {
        (_network, _kernels) = (network, kernels);
        _pool = new KeyValuePool(network.Layers.Count, network.AttentionColumns);
        _caches = [.. Enumerable.Range(0, slots).Select(_ => new KeyValueCache(_pool))];
        _rotary = new RotaryTable(network.HeadSize);
        _values = new AlignedArray((long)slots * network.StateWidth);
        _normalized = new AlignedArray((long)slots * network.StateWidth);
        _projections = new AlignedArray((long)slots * 3 * network.AttentionColumns);
        _attention = new AlignedArray((long)slots * network.AttentionColumns);
        _feedForward = new AlignedArray((long)slots * network.Layers[0].Up.Columns);
    }

    public override float* Hidden => _normalized.Pointer;

    public override void Clear(int slots)
    {
        _pool.ReleaseAll();
        for (int slot = 0; slot < _caches.Length; slot++)
            _caches[slot] = new KeyValueCache(_pool);
    }

    public override void Advance(int slots, ReadOnlySpan<int> tokens)
    {
        int width = _network.Width, row = _network.StateWidth, longest = 0;
        for (int slot = 0; slot < slots; slot++)
        {
            _caches[slot].Append();
            longest = Math.Max(longest, _caches[slot].Count);
            _network.Embedding.Span.Slice(tokens[slot] * width, width).CopyTo(_values.Span[(slot * row)..]);
        }

        // A page's scores are written in whole.
        _scores.Reserve(PackedMatrix.Pad(longest) + KeyValuePool.PageLength);
        _sums.Reserve(Kernels.Sections(PackedMatrix.Pad(longest)));
        _rotary.Reserve(longest);
        for (int layer = 0; layer < _network.Layers.Count; layer++)
        {
            CompiledAttentionLayer weights = _network.Layers[layer];
            int columns = _network.AttentionColumns, inner = weights.Up.Columns;
            Normalize(slots, weights.AttentionNormalization);
            _kernels.MultiplyAdd(_normalized.Pointer, row, slots, weights.Projections, null, 0, _projections.Pointer, 3 * columns);
            for (int slot = 0; slot < slots; slot++)
                Attend(slot, layer);
            Add(_attention, columns, weights.AttentionOutput);
            Normalize(slots, weights.FeedForwardNormalization);
            _kernels.MultiplyAdd(_normalized.Pointer, row, slots, weights.Up, null, 0, _feedForward.Pointer, inner);
            _kernels.Gelu(_feedForward.Pointer, _feedForward.Pointer, slots * inner);
            Add(_feedForward, inner, weights.Down);
        }

        Normalize(slots, _network.Normalization);

        void Add(AlignedArray branch, int columns, PackedMatrix weight) =>
            _kernels.MultiplyAdd(branch.Pointer, columns, slots, weight, _values.Pointer, row, _values.Pointer, row);
    }

    public override void ReserveSaved(int count)
    {
        if (_saved.Length < count)
            _saved = new (KeyValueCache, int)[count];
    }

    public override void Save(int slot, int place)
    {
        _caches[slot].Share();
        _saved[place] = (_caches[slot], _caches[slot].Count);
    }

    public override void Restore(int slot, int place)
    {
        _caches[slot].Release();
        _caches[slot] = new KeyValueCache(_pool, _saved[place].Cache, _saved[place].Count);
    }

    public override void Move(int from, int to)
    {
        _caches[to].Release();
        (_caches[to], _caches[from]) = (_caches[from], new KeyValueCache(_pool));
    }

    private void Normalize(int slots, AlignedArray weight)
    {
        nint row = _network.StateWidth;
        for (nint slot = 0; slot < slots; slot++)
            _kernels.Normalize(_values.Pointer + (slot * row), weight.Pointer, _normalized.Pointer + (slot * row), _network.Width);
    }

    /// <summary>Keeps the last position's keys and values, and attends to all of them.</summary>
    private void Attend(int slot, int layer)
    {
        KeyValueCache cache = _caches[slot];
        int columns = _network.AttentionColumns, headColumns = _network.HeadColumns, pairs = _rotary.Pairs;
        float* queries = _projections.Pointer + ((nint)slot * 3 * columns), angles = _rotary[cache.Count - 1];
        for (int head = 0; head < _network.Heads; head++)
        {
            float* query = queries + (head * headColumns), key = query + columns;
            _kernels.Rotate(query, query + pairs, angles, angles + pairs, pairs);
            _kernels.Rotate(key, key + pairs, angles, angles + pairs, pairs);
        }

        cache.Write(layer, queries + columns, queries + (2 * columns));
        float* results = _attention.Pointer + ((nint)slot * columns);
        for (int head = 0; head < _network.Heads; head++)
            Attend(cache, layer, head * headColumns, queries + (head * headColumns), results + (head * headColumns));
    }

    private void Attend(KeyValueCache cache, int layer, int firstColumn, float* query, float* result)
    {
        int columns = _network.AttentionColumns, headColumns = _network.HeadColumns, padded = PackedMatrix.Pad(cache.Count), position = 0;
        float* scores = _scores.Pointer;
        foreach ((AlignedArray page, int count) in cache.Pages)
        {
            var keys = new RightFactor(
                _pool.Keys(page, layer) + (firstColumn * KeyValuePool.PageLength), KeyValuePool.PageLength, KeyValuePool.PageLength);
            _kernels.Multiply(
                new LeftFactor(query, 0, 1), keys, null, 0, scores + position, 0, 1, _network.HeadSize, KeyValuePool.PageLength);
            position += count;
        }

        new Span<float>(scores + position, padded - position).Fill(float.NegativeInfinity);
        float scale = 1 / MathF.Sqrt(_network.HeadSize), largest = _kernels.Largest(scores, padded);
        float sum = _kernels.Exponentiate(scores, padded, largest, scale, _sums.Pointer);
        position = 0;
        foreach ((AlignedArray page, int count) in cache.Pages)
        {
            var values = RightFactor.OfRows(_pool.Values(page, layer) + firstColumn, columns);
            _kernels.Multiply(
                new LeftFactor(scores + position, 0, 1), values, position == 0 ? null : result, 0, result, 0, 1, count, headColumns);
            position += count;
        }

        _kernels.Scale(result, 1 / sum, result, headColumns);
    }
}
