namespace SeqGan;

/// <summary>The state of a <see cref="RunHistory"/>.</summary>
/// <param name="Latest">The latest report; null before the first.</param>
/// <param name="PhaseChanges">How often the phase changed.</param>
/// <param name="Phases">The spans to shade.</param>
/// <param name="Figures">The curves of figures, by <see cref="TrainingMetric.Key"/>.</param>
/// <param name="FigurePhases">At which of the changes of phase a figure was measured last.</param>
/// <param name="Metrics">The curves of metrics, by their names.</param>
/// <param name="LatestMetrics">The latest value of each.</param>
internal sealed record RunHistoryState(
    ProgressState? Latest,
    long PhaseChanges,
    PhaseSpan[] Phases,
    Dictionary<string, CurveState> Figures,
    Dictionary<string, long> FigurePhases,
    Dictionary<string, CurveState> Metrics,
    Dictionary<string, double> LatestMetrics);
