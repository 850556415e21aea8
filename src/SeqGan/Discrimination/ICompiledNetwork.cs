namespace SeqGan;

/// <summary>A network's logits without its forward pass; agrees with it to rounding.</summary>
internal interface ICompiledNetwork : IDisposable
{
    /// <summary>The logit of "real" of each sequence, the same bits however sequences are batched.</summary>
    void Logits(TokenBatch sequences, Span<float> logits, CancellationToken cancellationToken);

    /// <summary>To be called when the network's weights have changed.</summary>
    void Forget();
}
