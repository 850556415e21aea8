using System.Numerics;

namespace SeqGan.Optimization;

/// <summary>Says whether weights are numbers.</summary>
internal static unsafe class FiniteWeights
{
    /// <summary>Whether no weight is NaN or infinite.</summary>
    public static bool All(IEnumerable<Tensor> weights) => weights.All(IsFinite);

    private static bool IsFinite(Tensor weight)
    {
        if (weight.NumberOfElements == 0 || !weight.is_floating_point())
            return true;
        if (!TensorMemory.IsPlain(weight))
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            return weight.isfinite().all().cpu().item<bool>();
        }

        // A finite number less itself is 0, anything else NaN.
        var values = new ReadOnlySpan<float>(TensorMemory.Of(weight), (int)weight.NumberOfElements);
        var differences = Vector<float>.Zero;
        foreach (Vector<float> block in MemoryMarshal.Cast<float, Vector<float>>(values))
            differences += block - block;
        float difference = Vector.Sum(differences);
        foreach (float value in values[^(values.Length % Vector<float>.Count)..])
            difference += value - value;
        return difference == 0;
    }
}
