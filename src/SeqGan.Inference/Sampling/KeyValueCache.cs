namespace SeqGan.Sampling;

/// <summary>Pages of keys and values of a worker, each of all layers and a few positions. What is released is used again.</summary>
/// <remarks>A page is [layers, keys [columns, positions], values [positions, columns]]: products read both from start to end.</remarks>
internal sealed unsafe class KeyValuePool(int layers, int columns)
{
    /// <summary>The positions of a page.</summary>
    public const int PageLength = PackedMatrix.BlockColumns;

    private readonly List<AlignedArray> _all = [];
    private readonly Stack<AlignedArray> _free = [];

    public AlignedArray Take()
    {
        if (_free.TryPop(out AlignedArray? free))
            return free;
        var page = new AlignedArray(2L * layers * columns * PageLength);
        _all.Add(page);
        return page;
    }

    public void Release(AlignedArray page) => _free.Push(page);

    public void ReleaseAll()
    {
        _free.Clear();
        foreach (AlignedArray page in _all)
            _free.Push(page);
    }

    /// <summary>A layer's keys, [columns, positions].</summary>
    public float* Keys(AlignedArray page, int layer) => page.Pointer + (2 * (nint)layer * columns * PageLength);

    /// <summary>A layer's values, [positions, columns].</summary>
    public float* Values(AlignedArray page, int layer) => Keys(page, layer) + ((nint)columns * PageLength);

    /// <summary>Writes a position of a page.</summary>
    public void Write(AlignedArray page, int layer, int position, float* keys, float* values)
    {
        float* target = Keys(page, layer) + position;
        for (int column = 0; column < columns; column++)
            target[(nint)column * PageLength] = keys[column];
        new ReadOnlySpan<float>(values, columns).CopyTo(new Span<float>(Values(page, layer) + ((nint)position * columns), columns));
    }
}

/// <summary>The keys and values of one sequence: what it shares with others, its prefix's, and its own after them.</summary>
internal sealed unsafe class KeyValueCache
{
    private readonly KeyValuePool _pool;
    private readonly int _shared;
    private bool _isShared;

    /// <summary>Begins with the first positions of a prefix's.</summary>
    public KeyValueCache(KeyValuePool pool, KeyValueCache? prefix = null, int prefixCount = 0)
    {
        (_pool, Count) = (pool, prefixCount);
        for (int missing = prefixCount; missing > 0; missing -= Pages[^1].Count)
        {
            (AlignedArray page, int count) = prefix!.Pages[Pages.Count];
            Pages.Add((page, Math.Min(count, missing)));
        }

        _shared = Pages.Count;
    }

    /// <summary>The positions.</summary>
    public int Count { get; private set; }

    /// <summary>All pages in the order of the positions, and how many positions each has.</summary>
    public List<(AlignedArray Page, int Count)> Pages { get; } = [];

    /// <summary>Makes room for another position.</summary>
    public void Append()
    {
        Count++;
        if (Pages.Count > _shared && Pages[^1] is var (page, count) && count < KeyValuePool.PageLength)
            Pages[^1] = (page, count + 1);
        else
            Pages.Add((_pool.Take(), 1));
    }

    /// <summary>Writes the last position.</summary>
    public void Write(int layer, float* keys, float* values) =>
        _pool.Write(Pages[^1].Page, layer, Pages[^1].Count - 1, keys, values);

    /// <summary>Keeps the pages for others to read.</summary>
    public void Share() => _isShared = true;

    /// <summary>Gives up what is its own, unless others read it.</summary>
    public void Release()
    {
        for (int i = _shared; !_isShared && i < Pages.Count; i++)
            _pool.Release(Pages[i].Page);
    }
}
