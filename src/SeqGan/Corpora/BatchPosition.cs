namespace SeqGan;

/// <summary>Where a <see cref="BatchSource"/> stands.</summary>
/// <param name="Epoch">The epoch's number; 0 before the first one.</param>
/// <param name="Next">The next sequence in the epoch's order.</param>
internal readonly record struct BatchPosition(uint Epoch, int Next);
