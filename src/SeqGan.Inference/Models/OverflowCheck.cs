namespace SeqGan.Models;

/// <summary>Finds weights with which a gate or a logit could leave the range of single precision.</summary>
/// <remarks>
/// States of a recurrent network are in [-1, 1], and normalised values of a Transformer within the root of its width, so the sums of the
/// weights' absolute values are bounds.
/// </remarks>
internal static class OverflowCheck
{
    private const double Limit = 1e37;

    public static void ThrowIfPossible(PolicyWeights weights)
    {
        double largestInput = Largest(weights.Embedding);
        if (weights.Network == GeneratorNetwork.Transformer)
            ThrowIfPossibleInAttention(weights, largestInput);
        else
            ThrowIfPossibleInCells(weights, largestInput);
    }

    /// <summary>For a discriminator's hidden layer over pooled states, [units, states], and its output layer.</summary>
    public static void ThrowIfPossible(
        PolicyWeights states, ReadOnlySpan<float> hidden, ReadOnlySpan<float> bias, ReadOnlySpan<float> output)
    {
        double largest = states.Network == GeneratorNetwork.Transformer
            ? Math.Sqrt(states.HiddenSize) * Largest(states.Attention("norm.weight"))
            : 1;
        // Of the mean, the sum comes first.
        ThrowIfBeyond(states, "the last layer", largest * states.Format.MaxLength);
        double unit = bias.IsEmpty ? largest : LargestRow(hidden, hidden.Length / bias.Length, largest, bias);
        ThrowIfBeyond(states, "the discriminator", LargestRow(output, output.Length, unit));
    }

    private static void ThrowIfPossibleInCells(PolicyWeights weights, double largestInput)
    {
        ThrowIfBeyond(weights, "output", LargestRow(weights.OutputWeight, weights.HiddenSize, 1, weights.OutputBias));
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            int inputs = layer == 0 ? weights.EmbeddingSize : weights.HiddenSize;
            ThrowIfBeyond(weights, $"{PolicyWeights.Prefix(weights.Network)} layer {layer}",
                LargestRow(weights.Recurrent("weight_ih", layer), inputs, largestInput, weights.Recurrent("bias_ih", layer))
                + LargestRow(weights.Recurrent("weight_hh", layer), weights.HiddenSize, 1, weights.Recurrent("bias_hh", layer)));
            largestInput = 1;
        }
    }

    // The branches add to what the layer was given; normalising sums its squares, and a score is a sum of products.
    private static void ThrowIfPossibleInAttention(PolicyWeights weights, double largest)
    {
        int width = weights.HiddenSize;
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            string part = $"transformer layer {layer}";
            double normalized = Math.Sqrt(width) * Largest(weights.Attention("norm1.weight", layer));
            double projected = LargestRow(weights.Attention("self_attn.in_proj_weight", layer), width, normalized);
            ThrowIfBeyond(weights, part, 2 * width * projected * projected);
            largest += LargestRow(weights.Attention("self_attn.out_proj.weight", layer), width, projected);
            ThrowIfBeyond(weights, part, width * largest * largest);
            normalized = Math.Sqrt(width) * Largest(weights.Attention("norm2.weight", layer));
            double activated = LargestRow(weights.Attention("linear1.weight", layer), width, normalized);
            ThrowIfBeyond(weights, part, activated);
            ReadOnlySpan<float> down = weights.Attention("linear2.weight", layer);
            largest += LargestRow(down, down.Length / width, activated);
            ThrowIfBeyond(weights, part, width * largest * largest);
        }

        double output = Math.Sqrt(width) * Largest(weights.Attention("norm.weight"));
        ThrowIfBeyond(weights, "output", LargestRow(weights.OutputWeight, width, output, weights.OutputBias));
    }

    private static double Largest(ReadOnlySpan<float> values)
    {
        double largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    private static double LargestRow(ReadOnlySpan<float> matrix, int columns, double input, ReadOnlySpan<float> bias = default)
    {
        double largest = 0;
        for (int row = 0; row < matrix.Length / columns; row++)
        {
            double sum = 0;
            foreach (float value in matrix.Slice(row * columns, columns))
                sum += Math.Abs(value);
            largest = Math.Max(largest, (sum * input) + (bias.IsEmpty ? 0 : Math.Abs(bias[row])));
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
