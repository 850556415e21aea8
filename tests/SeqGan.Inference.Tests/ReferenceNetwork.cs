namespace SeqGan.Tests;

/// <summary>The same network in double precision: PyTorch's equations written out one number at a time.</summary>
internal sealed class ReferenceNetwork(PolicyWeights weights)
{
    /// <summary>The distribution of the token after a prefix, of a label where there are labels.</summary>
    public double[] Next(ReadOnlySpan<int> prefix, double temperature = 1, int? label = null)
    {
        int[] inputs = [label is { } number ? weights.Format.VocabularySize + number : weights.Format.StartToken, .. prefix];
        double[] logits = Affine(
            weights.OutputWeight, weights.OutputBias, weights.Network == GeneratorNetwork.Transformer ? Attend(inputs) : Recur(inputs));
        if (weights.Format.PaddingToken is { } padding)
            logits[padding] = double.NegativeInfinity;
        double largest = logits.Max();
        double[] shares = [.. logits.Select(logit => Math.Exp((logit - largest) / temperature))];
        double total = shares.Sum();
        return [.. shares.Select(share => share / total)];
    }

    private double[] Recur(int[] inputs)
    {
        double[][] hidden = States(), cells = States();
        foreach (int token in inputs)
            Feed(token, hidden, cells);
        return hidden[^1];
    }

    private double[] Attend(int[] inputs)
    {
        int width = weights.HiddenSize, size = width / weights.Heads;
        double[][] x = [.. inputs.Select(token => Embed(token))];
        for (int layer = 0; layer < weights.Layers; layer++)
        {
            double[][] projected = [.. x.Select((row, position) =>
                Turned(Branch("self_attn.in_proj_weight", Normalized(row, "norm1.weight", layer), layer), position))];
            for (int t = 0; t < x.Length; t++)
            {
                double[] attended = new double[width];
                for (int column = 0; column < width; column++)
                {
                    int head = column / size * size;
                    double[] shares = [.. Enumerable.Range(0, t + 1).Select(past => Math.Exp(Enumerable.Range(head, size)
                        .Sum(i => projected[t][i] * projected[past][width + i]) / Math.Sqrt(size)))];
                    attended[column] = shares.Select((share, past) => share * projected[past][(2 * width) + column]).Sum() / shares.Sum();
                }

                x[t] = Sum(x[t], Branch("self_attn.out_proj.weight", attended, layer));
                double[] inner = Branch("linear1.weight", Normalized(x[t], "norm2.weight", layer), layer);
                x[t] = Sum(x[t], Branch("linear2.weight", [.. inner.Select(Gelu)], layer));
            }
        }

        return Normalized(x[^1], "norm.weight", null);
    }

    private double[] Branch(string name, double[] x, int layer)
    {
        ReadOnlySpan<float> matrix = weights.Attention(name, layer);
        return Affine(matrix, new float[matrix.Length / x.Length], x);
    }

    private double[] Normalized(double[] x, string name, int? layer)
    {
        double mean = x.Average(), deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + 1e-5);
        float[] scale = weights.Attention(name, layer).ToArray();
        return [.. x.Zip(scale, (value, factor) => (value - mean) / deviation * factor)];
    }

    private double[] Turned(double[] projected, int position)
    {
        int size = weights.HiddenSize / weights.Heads, half = size / 2;
        double[] turned = [.. projected];
        for (int i = 0; i < 2 * weights.HiddenSize; i++)
        {
            double angle = position * Math.Pow(10000, -2.0 * (i % half) / size);
            double other = i % size < half ? -projected[i + half] : projected[i - half];
            turned[i] = (projected[i] * Math.Cos(angle)) + (other * Math.Sin(angle));
        }

        return turned;
    }

    private static double[] Sum(double[] x, double[] y) => [.. x.Zip(y, (left, right) => left + right)];

    private static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private double[] Embed(int token)
    {
        double[] x = new double[weights.EmbeddingSize];
        for (int i = 0; i < x.Length; i++)
            x[i] = weights.Embedding[(token * x.Length) + i];
        return x;
    }

    private double[][] States() => [.. Enumerable.Range(0, weights.Layers).Select(_ => new double[weights.HiddenSize])];

    private void Feed(int token, double[][] hidden, double[][] cells)
    {
        double[] x = Embed(token);
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
