namespace SeqGan.Orleans;

/// <summary>Scores texts on a silo, where there is no vocabulary: the trainer decodes its sequences.</summary>
/// <remarks>
/// Register it with silos as a keyed service, by the name that trainers ask for. Calls never overlap. An exception ends the training as a
/// <see cref="ScorerException"/>.
/// </remarks>
public interface ITextScorer
{
    /// <summary>Scores texts.</summary>
    /// <param name="texts">Different sequences may have equal texts.</param>
    /// <param name="scores">[Count]; receives a finite number for each text, or NaN for "not applicable".</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the scores any more.</param>
    ValueTask ScoreAsync(IReadOnlyList<string> texts, Memory<float> scores, CancellationToken cancellationToken = default);
}
