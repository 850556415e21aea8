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
        if (TensorMemory.IsPlain(weight))
            return IsFinite(new ReadOnlySpan<float>(TensorMemory.Of(weight), (int)weight.NumberOfElements));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return weight.isfinite().all().cpu().item<bool>();
    }

    // A finite number less itself is 0, anything else NaN.
    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        var differences = Vector<float>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var block = new Vector<float>(values[i..]);
            differences += block - block;
        }

        if (!Vector.EqualsAll(differences, Vector<float>.Zero))
            return false;
        while (i < values.Length && float.IsFinite(values[i]))
            i++;
        return i == values.Length;
    }
}
