using SeqGan.Text;
using SeqGan.Training;
using SeqGan;

namespace Hosting;

/// <summary>The latest policy to generate from, and the progress of the training. Thread-safe.</summary>
internal sealed class Snapshots : ITrainingObserver
{
    private volatile SequenceSampler? _sampler;
    private volatile TrainingProgress? _progress;

    /// <summary>
    /// Samples from an immutable copy of the weights, from any thread; null before the first round has ended. A training that had ended
    /// before the service was started again has no round.
    /// </summary>
    public SequenceSampler? SamplerOf(SeqGanTrainer trainer)
    {
        if (_sampler is null && trainer.LatestTraining is { IsCompletedSuccessfully: true })
            _sampler = new SequenceSampler(trainer.Compile(), maxThreads: 1);
        return _sampler;
    }

    /// <summary>Publishes a copy of the generator after each round; requests in progress keep the copy they have.</summary>
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        _progress = progress;
        _sampler = new SequenceSampler(context.Compile(), maxThreads: 1);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        _progress = progress;
        return ValueTask.CompletedTask;
    }

    public object Describe(SeqGanTrainer trainer) => new
    {
        IsTraining = trainer.LatestTraining is { IsCompleted: false },
        Failure = trainer.LatestTraining?.Exception?.InnerException?.Message,
        Phase = _progress?.Phase.ToString(),
        _progress?.Round,
        _progress?.Rounds,
        _progress?.Fraction,
        _progress?.Step,
        _progress?.NegativeLogLikelihood,
        _progress?.RewardMean,
    };
}
