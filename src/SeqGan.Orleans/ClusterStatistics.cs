namespace SeqGan.Orleans;

/// <summary>
/// What the silos did for one training, to log or to show: <see cref="OrleansRewardOptions.Statistics"/>. A resumed
/// training starts at zero. Thread-safe.
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
