namespace SeqGan;

/// <summary>A tensor to write to a file of weights.</summary>
/// <param name="Name">Its name; unique in the file.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Values">Its values in row-major order, as many as the shape says.</param>
internal sealed record NamedTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);
