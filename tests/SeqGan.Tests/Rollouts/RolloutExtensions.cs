namespace SeqGan.Tests.Rollouts;

/// <summary>Completes and waits; most tests are synchronous.</summary>
internal static class RolloutExtensions
{
    public static void Complete(
        this IRollout rollout, TokenBatch sequences, RolloutRequest request, SequenceBuffer destination,
        CancellationToken cancellationToken = default) =>
        rollout.CompleteAsync(sequences, request, destination, cancellationToken).AsTask().GetAwaiter().GetResult();
}
