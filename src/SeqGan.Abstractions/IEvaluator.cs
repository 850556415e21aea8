namespace SeqGan;

/// <summary>Measures a generator: an NLL, a diversity figure, whatever a user cares about.</summary>
/// <remarks>
/// Not thread-safe: one caller at a time, on any thread. It must not train the generator. One whose next figures depend on earlier
/// ones, by a counter of random numbers or a moving average, implements <see cref="ICheckpointable"/> too.
/// </remarks>
public interface IEvaluator
{
    /// <summary>Measures the generator as it is.</summary>
    /// <param name="generator">Valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <returns>Metric names, such as <c>nll_test</c>, and values; NaN where a metric does not apply.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default);
}
