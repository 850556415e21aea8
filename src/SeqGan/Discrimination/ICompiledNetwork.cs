namespace SeqGan.Discrimination;

/// <summary>A network's logits without its forward pass; agrees with it to rounding.</summary>
internal interface ICompiledNetwork : IDisposable
{
    /// <summary>The logit of "real" of each sequence, the same bits however sequences are batched.</summary>
    void Logits(TokenBatch sequences, Span<float> logits, CancellationToken cancellationToken);

    /// <summary>To be called when the network's weights have changed.</summary>
    void Forget();
}

/// <summary>A network with a faster way to its logits than its forward pass.</summary>
internal interface ICompilableNetwork
{
    /// <summary>That way, or null where the network's sizes or its device rule it out. The caller disposes it.</summary>
    ICompiledNetwork? Compile(SequenceFormat format);
}
