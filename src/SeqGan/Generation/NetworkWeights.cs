namespace SeqGan.Generation;

/// <summary>Draws, copies, mixes and saves the weights of a network.</summary>
internal static class NetworkWeights
{
    /// <summary>Draws every weight.</summary>
    public static void Initialize(RecurrentNetwork network, GeneratorOptions options, RandomKey key)
    {
        using var noGrad = no_grad();
        float bound = 1 / MathF.Sqrt(options.HiddenSize);
        for (int i = 0; i < network.Weights.Count; i++)
        {
            (string name, Tensor weight) = network.Weights[i];
            float[] values = new float[weight.numel()];
            bool isNormal = options.Initialization == WeightInitialization.Normal;
            for (int element = 0; element < values.Length; element++)
            {
                values[element] = isNormal || name == "embedding.weight"
                    ? (float)(key.NextNormal(i, 0, element) * (isNormal ? options.InitialDeviation : 1))
                    : bound * (2 * key.NextUniform(i, 0, element) - 1);
            }

            if (isNormal && name.Contains("bias_hh", StringComparison.Ordinal))
                Array.Clear(values);
            Set(weight, values);
        }
    }

    public static void Set(Tensor weight, float[] values)
    {
        using var noGrad = no_grad();
        using Tensor source = tensor(values, weight.shape);
        weight.copy_(source);
    }

    public static float[] Get(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.detach().cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>The weights as parts of a component's state.</summary>
    public static IEnumerable<StateValue> State(RecurrentNetwork network) =>
        network.Weights.Select(weight => new StateTensor(weight.Name, weight.Value, StateRange.Finite));

    /// <summary>target becomes rate * target + (1 - rate) * source.</summary>
    public static void Mix(RecurrentNetwork target, RecurrentNetwork source, double rate)
    {
        using var noGrad = no_grad();
        using Scalar kept = rate, taken = 1 - rate;
        for (int i = 0; i < target.Weights.Count; i++)
        {
            Tensor weight = target.Weights[i].Value;
            if (rate == 0)
                weight.copy_(source.Weights[i].Value);
            else
                weight.mul_(kept).add_(source.Weights[i].Value, taken);
        }
    }

    /// <summary>A copy of all weights, with PyTorch's names, shapes and order of gates.</summary>
    public static NamedTensor[] Copy(RecurrentNetwork network) =>
        [.. network.Weights.Select(weight => new NamedTensor(weight.Name, weight.Value.shape, Get(weight.Value)))];

    /// <summary>Reads all weights from a safetensors file.</summary>
    public static void Load(RecurrentNetwork network, string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        string[] superfluous = [.. file.Names.Except(network.Weights.Select(w => w.Name), StringComparer.Ordinal).Take(5)];
        if (superfluous.Length > 0)
        {
            throw new InvalidWeightsException(
                $"{path}: this generator ({network.Cell}, {network.Layers} layers) has no weight '{string.Join("', '", superfluous)}'; "
                + $"it has {string.Join(", ", network.Weights.Select(w => w.Name))}.");
        }

        // Everything is read and checked before the first weight changes.
        float[][] values = [.. network.Weights.Select(w => ReadFinite(file, path, w.Name, w.Value.shape))];
        for (int i = 0; i < values.Length; i++)
            Set(network.Weights[i].Value, values[i]);
    }

    private static float[] ReadFinite(SafetensorsFile file, string path, string name, long[] shape)
    {
        float[] values = file.ReadSingle(name, shape);
        int index = Array.FindIndex(values, value => !float.IsFinite(value));
        if (index >= 0)
            throw new InvalidWeightsException($"{path}: tensor '{name}': element {index} is {values[index]}; weights must be finite.");
        return values;
    }
}
