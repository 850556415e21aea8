namespace SeqGan.Training;

/// <summary>Finds options that wait for a metric that nothing will report.</summary>
internal static class AwaitedMetrics
{
    /// <summary>The options that certainly wait in vain; an observer of the application's may report anything.</summary>
    public static IEnumerable<(string Option, string Metric, TrainingPhase Phase, string Hint)> FindUnreported(TrainerComponents components)
    {
        TrainingPhase planned = PlannedBy(components.Options.Training);
        List<(string Option, string Metric, TrainingPhase Phase)> awaited =
        [
            .. from stopping in components.Options.Training.EarlyStopping
               where planned.HasFlag(stopping.Phase)
               select ($"{nameof(EarlyStoppingOptions)}.{nameof(stopping.Metric)}", stopping.Metric, stopping.Phase),
        ];
        if (components is { CheckpointStore: not null, Options.Checkpoints.BestMetric: { } best })
            awaited.Add(($"{nameof(CheckpointOptions)}.{nameof(CheckpointOptions.BestMetric)}", best, planned));
        foreach ((string option, string metric, TrainingPhase phase) in awaited)
        {
            if (FindReported(components, phase) is { } reported && !reported.Contains(metric))
                yield return (option, metric, phase, Hint(metric, reported));
        }
    }

    private static TrainingPhase PlannedBy(TrainingOptions options) =>
        (options.GeneratorPretrainingEpochs > 0 ? TrainingPhase.GeneratorPretraining : TrainingPhase.None)
        | (options.DiscriminatorPretrainingRounds > 0 ? TrainingPhase.DiscriminatorPretraining : TrainingPhase.None)
        | (options.AdversarialRounds > 0 ? TrainingPhase.Adversarial : TrainingPhase.None);

    // Null if an observer may report anything.
    private static HashSet<string>? FindReported(TrainerComponents components, TrainingPhase phases)
    {
        bool holdsOut = components.Corpus.HeldOut.Count > 0;
        HashSet<string> reported =
        [
            .. from metric in TrainingMetric.All
               where (metric.Phases & phases) != 0
               where holdsOut || !TrainingMetric.HeldOut.Contains(metric)
               select metric.Key,
        ];
        if (phases.HasFlag(TrainingPhase.Adversarial))
        {
            foreach (ScoreSummary score in (components.RewardEstimator as IScoreTally)?.Components ?? [])
                reported.UnionWith([TrainingFigures.MeanOf(score.Name), TrainingFigures.DeviationOf(score.Name)]);
        }

        foreach (ITrainingObserver observer in components.Observers)
        {
            if (MetricsOf(observer, phases) is not { } metrics)
                return null;
            reported.UnionWith(metrics);
        }

        return reported;
    }

    private static IEnumerable<string>? MetricsOf(ITrainingObserver observer, TrainingPhase phases) => observer switch
    {
        EvaluationObserver evaluation => evaluation.MetricsIn(phases),
        DelegateObserver => [],
        _ => observer.GetType().Assembly.GetName().Name == "SeqGan.Reporting" ? [] : null,
    };

    private static string Hint(string metric, IReadOnlySet<string> reported) => NearestName.Find(metric, reported) is { } nearest
        ? $"the nearest name is '{nearest}'"
        : TrainingMetric.Find(metric) is { } known && TrainingMetric.Evaluations.Contains(known)
            ? $"add an {nameof(EvaluationObserver)} that measures it"
            : $"add an observer that reports it, or name one of {string.Join(", ", reported.Order(StringComparer.Ordinal))}";
}
