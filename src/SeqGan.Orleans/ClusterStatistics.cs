namespace SeqGan.Orleans;

/// <summary>
/// What the silos did for one training, to log or to show: <see cref="OrleansRewardOptions.Statistics"/>. It counts from the trainer's
/// start, also after a resume. Thread-safe.
/// </summary>
public sealed class ClusterStatistics
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SiloAddress, SiloStatistics> _silos = [];

    /// <summary>Every silo that was asked for something, also one that is gone, in the order in which they were first asked.</summary>
    public IReadOnlyList<SiloStatistics> Silos
    {
        get
        {
            lock (_lock)
                return [.. _silos.Values];
        }
    }

    /// <summary>The figures of all silos, by figure and silo, for a table of <c>HtmlReport.AddMetrics</c>; times in seconds.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> ToColumns()
    {
        IReadOnlyList<SiloStatistics> silos = Silos;
        return new Dictionary<string, IReadOnlyDictionary<string, double>>
        {
            ["pieces"] = Column(silo => silo.Pieces),
            ["retries"] = Column(silo => silo.Retries),
            ["MB sent"] = Column(silo => silo.Sent / 1e6),
            ["MB received"] = Column(silo => silo.Received / 1e6),
            ["seconds queued"] = Column(silo => silo.Queued.TotalSeconds),
            ["seconds computed"] = Column(silo => silo.Computed.TotalSeconds),
        };

        Dictionary<string, double> Column(Func<SiloStatistics, double> figure) => silos.ToDictionary(silo => silo.Silo, figure);
    }

    internal void Add(SiloAddress address, Func<SiloStatistics, SiloStatistics> add)
    {
        lock (_lock)
            _silos[address] = add(_silos.GetValueOrDefault(address) ?? new SiloStatistics { Silo = address.ToString() });
    }
}

/// <summary>What a silo did for a training.</summary>
public sealed record SiloStatistics
{
    /// <summary>The silo's address.</summary>
    public required string Silo { get; init; }

    /// <summary>Pieces that it did.</summary>
    public long Pieces { get; init; }

    /// <summary>Pieces that it did not do, and that were given to a silo again: it failed, was too slow, or had too many.</summary>
    public long Retries { get; init; }

    /// <summary>Bytes of weights, sequences and texts that it was sent.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes of completions and scores that it returned.</summary>
    public long Received { get; init; }

    /// <summary>How long pieces waited on the silo, together.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>How long it worked on pieces, together.</summary>
    public TimeSpan Computed { get; init; }
}
