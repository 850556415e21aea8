namespace SeqGan.Models;

/// <summary>Finds weights with which a gate or a logit could leave the range of single precision.</summary>
/// <remarks>States are in [-1, 1], so the sums of the weights' absolute values are bounds.</remarks>
internal static class OverflowCheck
{
    private const double Limit = 1e37;

    public static void ThrowIfPossible(PolicyWeights weights)
    {
        ThrowIfBeyond(weights, "output", LargestRow(weights.OutputWeight, weights.HiddenSize, 1, weights.OutputBias));
        double largestInput = 0;
        foreach (float value in weights.Embedding)
            largestInput = Math.Max(largestInput, Math.Abs(value));
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            int inputs = layer == 0 ? weights.EmbeddingSize : weights.HiddenSize;
            ThrowIfBeyond(weights, $"{PolicyWeights.Prefix(weights.Network)} layer {layer}",
                LargestRow(weights.Recurrent("weight_ih", layer), inputs, largestInput, weights.Recurrent("bias_ih", layer))
                + LargestRow(weights.Recurrent("weight_hh", layer), weights.HiddenSize, 1, weights.Recurrent("bias_hh", layer)));
            largestInput = 1;
        }
    }

    private static double LargestRow(ReadOnlySpan<float> matrix, int columns, double input, ReadOnlySpan<float> bias)
    {
        double largest = 0;
        for (int row = 0; row < bias.Length; row++)
        {
            double sum = 0;
            foreach (float value in matrix.Slice(row * columns, columns))
                sum += Math.Abs(value);
            largest = Math.Max(largest, (sum * input) + Math.Abs(bias[row]));
        }

        return largest;
    }

    private static void ThrowIfBeyond(PolicyWeights weights, string part, double size)
    {
        if (!(size < Limit))
            throw new InvalidWeightsException(
                $"{weights.Source}: the weights of {part} are so large that their sums can reach {size:g3}; the limit is {Limit:g1}.");
    }
}
