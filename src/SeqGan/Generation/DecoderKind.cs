namespace SeqGan;

/// <summary>What draws a generator's tokens when it samples and rolls out.</summary>
public enum DecoderKind
{
    /// <summary>
    /// Packed weights and fused kernels in managed code (<see cref="CompiledPolicy"/>): some ten times as fast, on the CPU only. On
    /// another device <see cref="TorchSharp"/> serves in its place.
    /// </summary>
    Compiled,

    /// <summary>TorchSharp's operations on batches, on any device.</summary>
    TorchSharp,
}
