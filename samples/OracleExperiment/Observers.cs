using SeqGan.Training;
using SeqGan;

namespace OracleExperiment;

/// <summary>Measures at the end of some rounds, in the phases that change the generator; more often where much changes.</summary>
internal sealed class CurveObserver(int interval, Action<int, TrainingContext> measure) : ITrainingObserver
{
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        bool isEarly = progress.Phase == TrainingPhase.GeneratorPretraining && progress.Round < 10;
        int due = progress.Phase == TrainingPhase.Adversarial ? Math.Max(1, interval / 2) : interval;
        bool isDue = isEarly || progress.Round % due == 0 || progress.Round == progress.Rounds;
        if (isDue && progress.Phase != TrainingPhase.DiscriminatorPretraining)
            measure(progress.Round, context);
        return ValueTask.CompletedTask;
    }
}
