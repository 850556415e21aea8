namespace SeqGan;

/// <summary>Measures a generator: its NLL, its diversity, or any other quantity.</summary>
/// <remarks>
/// Not thread-safe: one caller at a time, on any thread. It must not train the generator. If its next figures depend on earlier ones, for
/// example by a moving average, it also implements <see cref="ICheckpointable"/>.
/// </remarks>
public interface IEvaluator
{
    /// <summary>Measures a generator, which is valid until the returned task completes.</summary>
    /// <returns>Metric names, such as <c>nll_test</c>, and values; NaN if a metric does not apply.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default);
}
