namespace SeqGan.Conformance;

/// <summary>Completes and waits; checks of rollouts are synchronous.</summary>
internal static class RolloutExtensions
{
    public static void Complete(
        this IRollout rollout, TokenBatch sequences, RolloutRequest request, SequenceBuffer destination,
        CancellationToken cancellationToken = default) =>
        rollout.CompleteAsync(sequences, request, destination, cancellationToken).AsTask().GetAwaiter().GetResult();
}
