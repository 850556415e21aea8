using SeqGan;

namespace OracleExperiment;

/// <summary>Measures at the end of some rounds, in the phases that change the generator; in the first rounds more often.</summary>
internal sealed class CurveObserver(int interval, Action<int, TrainingContext> measure) : ITrainingObserver
{
    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        bool isEarly = progress.Phase == TrainingPhase.GeneratorPretraining && progress.Round < 10;
        bool isDue = isEarly || progress.Round % interval == 0 || progress.Round == progress.Rounds;
        if (progress.EndOfRound && isDue && progress.Phase != TrainingPhase.DiscriminatorPretraining)
            measure(progress.Round, context);
        return ValueTask.CompletedTask;
    }
}

internal sealed class EndOfRound(Action<TrainingProgress> report) : ITrainingObserver
{
    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        if (progress.EndOfRound)
            report(progress);
        return ValueTask.CompletedTask;
    }
}
