using System.Globalization;
using System.Text.Json;

namespace SyntheticSessions;

/// <summary>How close generated sessions are to real ones, a segment at a time.</summary>
internal sealed class Comparison
{
    private readonly Dictionary<string, Transitions> _real;
    private readonly int _kinds;
    private readonly List<Row> _rows = [];

    /// <param name="real">Sessions to compare with, those that were trained on, by segment.</param>
    public Comparison(ILookup<string, Session> real)
    {
        _real = real.ToDictionary(segment => segment.Key, segment => new Transitions(segment));
        _kinds = real.SelectMany(segment => segment).SelectMany(session => session.Events).Distinct().Count();
    }

    /// <summary>Adds a segment.</summary>
    /// <param name="segment">Its name.</param>
    /// <param name="generated">What was generated for it.</param>
    /// <param name="others">Real sessions that were not trained on: the yardstick.</param>
    public void Add(string segment, Session[] generated, Session[] others)
    {
        // Of as many sessions of both: fewer have another distance by chance alone.
        int count = Math.Min(generated.Length, others.Length);
        _rows.Add(new Row(
            segment, generated.Length, Accuracy(segment, generated), Accuracy(segment, others),
            _real[segment].DistanceTo(new Transitions(generated.Take(count))),
            _real[segment].DistanceTo(new Transitions(others.Take(count)))));
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{"segment",-16}{"sessions",9}{"taken for it",14}{"real ones",11}{"distance",10}{"real ones",11}");
        foreach (Row row in _rows)
        {
            output.WriteLine(
                $"{row.Segment,-16}{row.Sessions,9}{Format(row.Accuracy),14}{Format(row.RealAccuracy),11}"
                + $"{Format(row.Distance),10}{Format(row.RealDistance),11}");
        }

        output.WriteLine("taken for it: the share that a classifier of transitions assigns to the segment that was asked for");
        output.WriteLine("distance: total variation of the frequencies of transitions, against the real sessions that were trained on");
    }

    public string ToJson() => JsonSerializer.Serialize(new
    {
        segment_accuracy = Mean(row => row.Accuracy),
        segment_accuracy_real = Mean(row => row.RealAccuracy),
        transition_distance = Mean(row => row.Distance),
        transition_distance_real = Mean(row => row.RealDistance),
        segments = _rows.ToDictionary(row => row.Segment,
            row => new { sessions = row.Sessions, accuracy = row.Accuracy, distance = row.Distance, distance_real = row.RealDistance }),
    });

    private double Accuracy(string segment, Session[] sessions) => sessions.Length == 0
        ? 0
        : sessions.Average(session => _real.MaxBy(real => real.Value.LogLikelihood(session.Events, _kinds)).Key == segment ? 1.0 : 0);

    private double Mean(Func<Row, double> figure) => Math.Round(_rows.Average(figure), 4);

    private static string Format(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Row(string Segment, int Sessions, double Accuracy, double RealAccuracy, double Distance, double RealDistance);
}
