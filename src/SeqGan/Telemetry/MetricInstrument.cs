using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SeqGan.Telemetry;

/// <summary>An instrument of SeqGan's meter, with the names of its tags.</summary>
internal sealed class MetricInstrument
{
    private static readonly Meter s_meter = new(SeqGanTelemetry.MeterName);

    private readonly Instrument _instrument;
    private readonly string[] _tags;

    private MetricInstrument(Instrument instrument, string[] tags) => (_instrument, _tags) = (instrument, tags);

    public string Name => _instrument.Name;

    public static MetricInstrument Counter(string name, string unit, string description, params string[] tags) =>
        new(s_meter.CreateCounter<long>(name, unit, description), tags);

    public static MetricInstrument Gauge(string name, string description, params string[] tags) =>
        new(s_meter.CreateGauge<double>(name, unit: null, description), tags);

    public static MetricInstrument Histogram(string name, string? unit, string description, params string[] tags) =>
        new(s_meter.CreateHistogram<double>(name, unit, description), tags);

    /// <summary>Publishes a value.</summary>
    /// <param name="value">The value; a counter rises by it.</param>
    /// <param name="tags">A value for each tag, in the order of the names.</param>
    public void Record(double value, params ReadOnlySpan<string> tags)
    {
        if (!_instrument.Enabled)
            return;
        var named = new TagList();
        for (int i = 0; i < _tags.Length; i++)
            named.Add(_tags[i], tags[i]);
        if (_instrument is Counter<long> counter)
            counter.Add((long)value, named);
        else if (_instrument is Gauge<double> gauge)
            gauge.Record(value, named);
        else
            ((Histogram<double>)_instrument).Record(value, named);
    }
}
