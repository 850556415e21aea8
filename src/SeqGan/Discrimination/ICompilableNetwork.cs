namespace SeqGan;

/// <summary>A network with a faster way to its logits than its forward pass.</summary>
internal interface ICompilableNetwork
{
    /// <summary>That way, or null where the network's sizes or its device rule it out. The caller disposes it.</summary>
    ICompiledNetwork? Compile(SequenceFormat format);
}
