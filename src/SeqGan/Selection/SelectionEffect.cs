namespace SeqGan.Selection;

/// <summary>What selection does to quality and diversity: the kept sequences beside as many that were drawn first. Immutable.</summary>
public sealed record SelectionEffect
{
    /// <summary>The mean score of the kept sequences that the scorer applies to; NaN if it applies to none.</summary>
    public required double SelectedScore { get; init; }

    /// <summary>The mean score of as many that were not selected; NaN if the scorer applies to none.</summary>
    public required double UnselectedScore { get; init; }

    /// <summary>The metrics of the kept sequences. Without duplicates their uniqueness is 1 by construction.</summary>
    public required SampleMetrics Selected { get; init; }

    /// <summary>The metrics of as many that were not selected.</summary>
    public required SampleMetrics Unselected { get; init; }

    /// <summary>A table for people: a line for each figure, unselected and selected.</summary>
    public override string ToString()
    {
        var table = new StringBuilder();
        table.AppendLine(CultureInfo.InvariantCulture, $"{string.Empty,-18}{"unselected",12}{"selected",12}");
        Append("mean score", UnselectedScore, SelectedScore);
        IReadOnlyDictionary<string, double> selected = Selected.ToDictionary();
        foreach ((string name, double value) in Unselected.ToDictionary())
            Append(name, value, selected[name]);
        return table.ToString();

        void Append(string name, double before, double after) =>
            table.AppendLine(CultureInfo.InvariantCulture, $"{name,-18}{before,12:0.000}{after,12:0.000}");
    }
}
