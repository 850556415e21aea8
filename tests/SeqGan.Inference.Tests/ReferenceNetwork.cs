namespace SeqGan.Tests;

/// <summary>The same network in double precision: PyTorch's equations written out one number at a time.</summary>
internal sealed class ReferenceNetwork(PolicyWeights weights)
{
    /// <summary>The distribution of the token after a prefix, of a label where there are labels.</summary>
    public double[] Next(ReadOnlySpan<int> prefix, double temperature = 1, int? label = null)
    {
        double[][] hidden = States(), cells = States();
        Feed(label is { } number ? weights.Format.VocabularySize + number : weights.Format.StartToken, hidden, cells);
        foreach (int token in prefix)
            Feed(token, hidden, cells);
        double[] logits = Affine(weights.OutputWeight, weights.OutputBias, hidden[^1]);
        if (weights.Format.PaddingToken is { } padding)
            logits[padding] = double.NegativeInfinity;
        double largest = logits.Max();
        double[] shares = [.. logits.Select(logit => Math.Exp((logit - largest) / temperature))];
        double total = shares.Sum();
        return [.. shares.Select(share => share / total)];
    }

    private double[][] States() => [.. Enumerable.Range(0, weights.Layers).Select(_ => new double[weights.HiddenSize])];

    private void Feed(int token, double[][] hidden, double[][] cells)
    {
        double[] x = new double[weights.EmbeddingSize];
        for (int i = 0; i < x.Length; i++)
            x[i] = weights.Embedding[(token * x.Length) + i];
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            double[] fromInput = Affine(weights.Recurrent("weight_ih", layer), weights.Recurrent("bias_ih", layer), x);
            double[] fromState = Affine(weights.Recurrent("weight_hh", layer), weights.Recurrent("bias_hh", layer), hidden[layer]);
            for (int j = 0; j < weights.HiddenSize; j++)
            {
                double Gate(int gate) => fromInput[(gate * weights.HiddenSize) + j] + fromState[(gate * weights.HiddenSize) + j];
                if (weights.Network == GeneratorNetwork.Lstm)
                {
                    cells[layer][j] = (Sigmoid(Gate(1)) * cells[layer][j]) + (Sigmoid(Gate(0)) * Math.Tanh(Gate(2)));
                    hidden[layer][j] = Sigmoid(Gate(3)) * Math.Tanh(cells[layer][j]);
                }
                else
                {
                    int candidate = (2 * weights.HiddenSize) + j;
                    double next = Math.Tanh(fromInput[candidate] + (Sigmoid(Gate(0)) * fromState[candidate]));
                    hidden[layer][j] = ((1 - Sigmoid(Gate(1))) * next) + (Sigmoid(Gate(1)) * hidden[layer][j]);
                }
            }

            x = hidden[layer];
        }
    }

    private static double[] Affine(ReadOnlySpan<float> matrix, ReadOnlySpan<float> bias, double[] x)
    {
        double[] y = new double[bias.Length];
        for (int row = 0; row < y.Length; row++)
        {
            y[row] = bias[row];
            for (int column = 0; column < x.Length; column++)
                y[row] += matrix[(row * x.Length) + column] * x[column];
        }

        return y;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
