namespace SeqGan.Corpora;

/// <summary>Reads columns of a table.</summary>
internal sealed class DelimitedReader(SourceFile file, CorpusFileOptions options, int limit) : SourceReader
{
    private const int None = -1;

    private readonly DelimitedDialect _dialect = DelimitedDialect.Of(file, options);
    private bool _hasHeader, _hasSureHeader;
    private int _repeats;
    private bool _isChosen;

    // The first record, and where in a record each column is.
    private string[] _names = [];
    private int[] _columns = [];
    private int _label, _group, _order;

    public override string Kind
    {
        get
        {
            string names = string.Join(" and ", _columns.Select(column => $"'{NameOf(column)}'"));
            return $"{_dialect}"
                + (_dialect.HasTitle ? $" ({SourceFiles.Counted(_dialect.StartLine, "line")} above the header left out)" : "")
                + (_repeats > 0 ? $" ({SourceFiles.Counted(_repeats, "row")} with the names again left out)" : "")
                + $"{(_hasHeader ? "" : ", without a header")}, {(_columns.Length == 1 ? "column" : "columns")} {names}"
                + (_isChosen && _names.Length > 1 ? " (the only one of text)" : "");
        }
    }

    /// <exception cref="CorpusException">A column is not there or not named, or a record is invalid and is not skipped.</exception>
    public override IEnumerable<SourceText> Read()
    {
        file.Content.ReadExactly(new byte[_dialect.Start]);
        var records = new DelimitedRecords(file.Path, file.Content, _dialect, _dialect.StartLine, _dialect.Start);
        bool isHeader = true;
        while (records is not null)
        {
            using DelimitedRecords current = records;
            DelimitedRecords? rest = null;
            while (rest is null && current.Advance())
            {
                if (isHeader)
                    FindColumns(current.Current);
                if (!isHeader && _hasSureHeader && _names.Length > 1 && current.Current.AsSpan().SequenceEqual(_names))
                {
                    _repeats++;
                    continue;
                }

                if (!isHeader || !_hasHeader)
                {
                    yield return Take(current);
                    rest = current.Rest();
                }

                isHeader = false;
            }

            records = rest;
        }
    }

    private void FindColumns(string[] first)
    {
        _names = first;
        TableHead head = TableHead.Of(file, _dialect);
        _hasHeader = options.HasHeader ?? (options.Named.Any(IsNameOfHeader) || head.StartsWithNames);
        _hasSureHeader = _hasHeader && (options.HasHeader == true || head.HasUsualNames);
        (_label, _group, _order) = (Find(options.LabelColumn), Find(options.GroupBy), Find(options.OrderBy));
        _columns = options.Columns.Count > 0 ? [.. options.Columns.Select(Find)] : [Choose(head)];
        _isChosen = options.Columns.Count == 0;
    }

    // A number is a name only if it cannot be the number of a column: a year, for example.
    private bool IsNameOfHeader(string? column) => column is not null
        && (!CorpusFileOptions.TryGetNumber(column, out int number) || (number > _names.Length && Places(column).Length > 0));

    /// <exception cref="CorpusException">There is no only column that can have the sequences.</exception>
    private int Choose(TableHead head)
    {
        var columns = Enumerable.Range(0, _names.Length).Where(column => column != _label && column != _group && column != _order)
            .Select(column => (Name: NameOf(column), Kind: head.KindOf(column, _hasHeader), Values: head.ValuesOf(column, _hasHeader)))
            .ToArray();
        string what = _dialect + (_hasHeader ? "" : " without a header");
        string chosen = ColumnKinds.OnlySequences(file.Path, what, "columns", columns);
        // Two columns of one name cannot be the only one of text, unless the other is not.
        return Enumerable.Range(0, _names.Length).First(
            column => NameOf(column) == chosen && (columns.Length == 1 || head.KindOf(column, _hasHeader).CanBeSequences()));
    }

    private string NameOf(int column) =>
        _hasHeader && TableHead.Clean(_names[column]) is { Length: > 0 } name ? name : $"{column + 1}";

    /// <summary>Where a column of the name is: the exact name, or else without blanks around it, or else in any case.</summary>
    private int[] Places(string name)
    {
        int[] exact = Where(other => other == name), clean = Where(other => TableHead.Clean(other) == name.Trim());
        return exact.Length > 0 ? exact
            : clean.Length > 0 ? clean
            : Where(other => TableHead.Clean(other).Equals(name.Trim(), StringComparison.OrdinalIgnoreCase));

        int[] Where(Predicate<string> isIt) => [.. _names.Index().Where(other => isIt(other.Item)).Select(other => other.Index)];
    }

    /// <exception cref="CorpusException">There is no such column, or there are two.</exception>
    private int Find(string? name)
    {
        if (name is null)
            return None;
        int[] places = _hasHeader ? Places(name) : [];
        if (places.Length == 1)
            return places[0];
        if (places.Length > 1)
            throw new CorpusException($"'{file.Path}' has {places.Length} columns '{name}', the columns "
                + $"{string.Join(" and ", places.Select(place => place + 1))}; give the number of the one that is meant.");
        if (CorpusFileOptions.TryGetNumber(name, out int number) && number <= _names.Length)
            return number - 1;
        string names = string.Join(", ", _names.Take(50).Select(
            other => $"'{CorpusStatistics.Excerpt(TableHead.Clean(other))}'"));
        throw new CorpusException(_hasHeader
            ? $"'{file.Path}' has no column '{name}'; there {(_names.Length == 1 ? "is" : "are")} {names}. Is the delimiter right?"
            : $"'{file.Path}' has no column {name}: there are {_names.Length}, without a header; the first record is {names}.");
    }

    /// <exception cref="CorpusException">The record is invalid, and invalid records are not skipped.</exception>
    private SourceText Take(DelimitedRecords record)
    {
        string? failure = record.Failure ?? Missing(record) ?? Surplus(record), noLabel = null;
        string? label = failure is null && _label != None ? record[_label] : null;
        if (label is not null && string.IsNullOrWhiteSpace(label))
        {
            if (options.SkipInvalid)
                failure = $"the label '{options.LabelColumn}' is empty";
            else
                noLabel = $"the column '{options.LabelColumn}' is empty; give each sequence a label, or set {Options}.SkipInvalid";
            label = null;
        }

        if (failure is null && RowGroups.Failure(options, Value(_group), Value(_order)) is { } ofGroup)
            failure = ofGroup;
        return failure is null
            ? Text(record) with { Label = label, NoLabel = noLabel, Group = Value(_group), Order = Value(_order) }
            : Invalid(record, failure);

        string? Value(int column) => column == None ? null : record[column].Trim();
    }

    private SourceText Text(DelimitedRecords record)
    {
        string[] values = [.. _columns.Select(column => record[column])];
        if (_group != None)
            return new SourceText("", record.Line, Tokens: [.. values.Select(value => value.Trim()).Where(value => value.Length > 0)]);
        string text = values.Length == 1 ? values[0] : string.Join(' ', values.Where(value => !string.IsNullOrWhiteSpace(value)));
        bool isCut = text.Length > limit;
        return new SourceText(isCut ? text[..limit] : text, record.Line, isCut);
    }

    private SourceText Invalid(DelimitedRecords record, string failure)
    {
        // A quote that is never closed costs only its own line: the rest is read again.
        int lines = options.SkipInvalid && record.IsUnclosed ? 1 : record.Lines;
        if (lines > 1)
            failure += $", and the record has {lines} lines";
        return options.SkipInvalid
            ? new SourceText(record.Raw, record.Line, Failure: $"line {record.Line}: {failure}.", Lines: lines)
            : throw new CorpusException($"'{file.Path}', line {record.Line}: {failure}; correct the file, or set {Options}.SkipInvalid"
                + (record.Failure is null ? "." : $" (or {Options}.Quote to null, if quotes are text)."));
    }

    private string? Missing(DelimitedRecords record)
    {
        int last = Math.Max(_columns.Max(), Math.Max(_label, Math.Max(_group, _order)));
        return last < record.Count
            ? null
            : $"the record has {record.Count} columns, and no column {last + 1}{(_hasHeader ? $", '{NameOf(last)}'" : "")}";
    }

    // Otherwise a value with a delimiter would be cut there, or be taken for another column.
    private string? Surplus(DelimitedRecords record) =>
        record.Count > _names.Length && Enumerable.Range(_names.Length, record.Count - _names.Length)
            .Any(column => !string.IsNullOrWhiteSpace(record[column]))
            ? $"the record has {record.Count} columns, and {(_hasHeader ? "the header" : "the first record")} {_names.Length}; "
                + "is a value with delimiters not in quotes?"
            : null;
}
