namespace SeqGan.Discrimination;

/// <summary>
/// The product of every filter with the embedding of a token, for the tokens that were asked for since the weights changed: a convolution
/// over tokens is then a sum of look-ups. A token has a slot, the same in the table of every group of filters.
/// </summary>
internal sealed unsafe class TokenTables(Embedding embedding, ModuleList<Conv1d> convolutions, FilterGroup[] groups, int capacity)
    : IDisposable
{
    // A matrix product with fewer rows gives a row other bits.
    private const int MinimumRows = 16;

    private const int NoSlot = -1;

    private readonly int[] _slots = [.. Enumerable.Repeat(NoSlot, (int)embedding.weight!.shape[0])];
    private readonly int _capacity = Math.Min(capacity, (int)embedding.weight!.shape[0]);
    private readonly List<int> _missing = [];
    private Tensor[] _tables = [], _filters = [];
    private int _count;

    /// <summary>The table of a group, [slots, <see cref="FilterGroup.RowSize"/>].</summary>
    public float* this[int group] => TensorMemory.Of(_tables[group]);

    /// <summary>Finds the slots of the first rows' tokens, as many rows as fit, at least one; valid until the next call.</summary>
    /// <returns>The number of rows.</returns>
    public int Load(ReadOnlySpan<int> cells, int length, Span<int> slots)
    {
        _missing.Clear();
        int loaded = 0;
        while (loaded < cells.Length && (TryAssign(cells.Slice(loaded, length)) || (loaded == 0 && StartOver(cells[..length]))))
            loaded += length;
        for (int cell = 0; cell < loaded; cell++)
            slots[cell] = _slots[cells[cell]];
        try
        {
            if (_missing.Count > 0)
                Fill();
        }
        catch
        {
            // Slots were given out whose rows hold nothing.
            Dispose();
            throw;
        }

        return loaded / length;
    }

    public void Forget()
    {
        Array.Fill(_slots, NoSlot);
        _count = 0;
        foreach (Tensor filters in _filters)
            filters.Dispose();
        _filters = [];
    }

    public void Dispose()
    {
        Forget();
        foreach (Tensor table in _tables)
            table.Dispose();
        _tables = [];
    }

    private bool TryAssign(ReadOnlySpan<int> row)
    {
        int before = _missing.Count;
        foreach (int token in row)
        {
            if (_slots[token] != NoSlot)
                continue;
            if (_count == _capacity)
            {
                Unassign(before);
                return false;
            }

            _slots[token] = _count++;
            _missing.Add(token);
        }

        return true;
    }

    private void Unassign(int firstMissing)
    {
        for (int index = firstMissing; index < _missing.Count; index++)
            _slots[_missing[index]] = NoSlot;
        _count -= _missing.Count - firstMissing;
        _missing.RemoveRange(firstMissing, _missing.Count - firstMissing);
    }

    private bool StartOver(ReadOnlySpan<int> row)
    {
        Array.Fill(_slots, NoSlot);
        _count = 0;
        return TryAssign(row);
    }

    private void Fill()
    {
        if (_tables.Length == 0)
            _tables = OfEachGroup(group => empty(_capacity + MinimumRows, group.RowSize, dtype: ScalarType.Float32, device: CPU));
        if (_filters.Length == 0)
            _filters = OfEachGroup(Filters);
        using var scope = NewDisposeScope();
        int first = _count - _missing.Count;
        while (_missing.Count < MinimumRows)
            _missing.Add(_missing[0]);
        Tensor embedded = embedding.weight!.index_select(0, tensor(_missing.ToArray()));
        for (int group = 0; group < groups.Length; group++)
            _tables[group].narrow(0, first, _missing.Count).addmm_(embedded, _filters[group], 0, 1);
    }

    private Tensor[] OfEachGroup(Func<FilterGroup, Tensor> create)
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors = [.. groups.Select(create)];
        foreach (Tensor tensor in tensors)
            tensor.DetachFromDisposeScope();
        return tensors;
    }

    /// <summary>A group's filters, [embedding, width x columns]; columns beyond the filters are zero.</summary>
    private Tensor Filters(FilterGroup group)
    {
        using var scope = NewDisposeScope();
        Tensor weight = convolutions[group.Convolution].weight!.narrow(0, group.First, group.Count).permute(1, 2, 0);
        Tensor filters = zeros(weight.shape[0], group.Width, group.Columns, dtype: ScalarType.Float32, device: CPU);
        filters.narrow(2, 0, group.Count).copy_(weight);
        return filters.view(-1, group.RowSize).MoveToOuterDisposeScope();
    }
}
