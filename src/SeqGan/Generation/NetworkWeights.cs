namespace SeqGan.Generation;

/// <summary>Draws, copies, mixes and saves the weights of a network.</summary>
internal static class NetworkWeights
{
    /// <summary>Draws every weight.</summary>
    public static void Initialize(SequenceNetwork network, GeneratorOptions options, RandomKey key)
    {
        using var noGrad = no_grad();
        for (int i = 0; i < network.Weights.Count; i++)
        {
            (string name, Tensor weight) = network.Weights[i];
            float[] values = new float[weight.numel()];
            WeightDraw draw = network.DrawOf(
                name, options.Initialization == WeightInitialization.Normal ? options.InitialDeviation : null);
            for (int element = 0; element < values.Length; element++)
            {
                values[element] = draw.IsUniform
                    ? (float)draw.Scale * (2 * key.NextUniform(i, 0, element) - 1)
                    : draw.Offset + (float)(key.NextNormal(i, 0, element) * draw.Scale);
            }

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
    public static IEnumerable<StateValue> State(SequenceNetwork network) =>
        network.Weights.Select(weight => new StateTensor(weight.Name, weight.Value, StateRange.Finite));

    /// <summary>Whether one network can have the other's weights.</summary>
    public static bool AreAlike(SequenceNetwork one, SequenceNetwork other) => one.Kind == other.Kind && one.Heads == other.Heads
        && one.Weights.Select(weight => weight.Name).SequenceEqual(other.Weights.Select(weight => weight.Name))
        && one.Weights.Zip(other.Weights, (a, b) => a.Value.shape.AsSpan().SequenceEqual(b.Value.shape)).All(isSame => isSame);

    /// <summary>target becomes rate * target + (1 - rate) * source.</summary>
    public static void Mix(SequenceNetwork target, SequenceNetwork source, double rate)
    {
        (Parameter Target, Parameter Source)[] weights =
            [.. target.Weights.Zip(source.Weights, (to, from) => (to.Value, from.Value))];
        if (Array.TrueForAll(weights, pair => TensorMemory.IsPlain(pair.Target) && TensorMemory.IsPlain(pair.Source)))
        {
            WeightedMean.Update(weights, rate);
            return;
        }

        using var noGrad = no_grad();
        using Scalar kept = rate, taken = 1 - rate;
        foreach ((Parameter weight, Parameter other) in weights)
        {
            if (rate == 0)
                weight.copy_(other);
            else
                weight.mul_(kept).add_(other, taken);
        }
    }

    /// <summary>A copy of all weights, with PyTorch's names, shapes and order of gates.</summary>
    public static NamedTensor[] Copy(SequenceNetwork network) =>
        [.. network.Weights.Select(weight => new NamedTensor(weight.Name, weight.Value.shape, Get(weight.Value)))];

    /// <summary>Weights as a policy compiles them.</summary>
    public static PolicyWeights Describe(SequenceNetwork network, SequenceFormat format, NamedTensor[] weights) =>
        new("generator", format, network.Kind, weights, network.Heads);

    /// <summary>Writes all weights to a safetensors file.</summary>
    public static void Save(SequenceNetwork network, SequenceFormat format, string path)
    {
        NamedTensor[] weights = Copy(network);
        SafetensorsWriter.Write(path, weights, ModelFile.DescribeNetwork(network.Kind, network.Heads, format));
    }

    /// <summary>Reads all weights from a safetensors file.</summary>
    public static void Load(SequenceNetwork network, SequenceFormat format, string path)
    {
        SafetensorsFile file = SafetensorsFile.Read(path);
        IEnumerable<string> own = file.Names.Where(ModelFile.IsOfGenerator);
        string[] superfluous = [.. own.Except(network.Weights.Select(w => w.Name), StringComparer.Ordinal).Take(5)];
        if (superfluous.Length > 0)
        {
            throw new InvalidWeightsException(
                $"{path}: this generator ({network.Kind}, {network.Layers} layers) has no weight '{string.Join("', '", superfluous)}'; "
                + $"it has {string.Join(", ", network.Weights.Select(w => w.Name))}.");
        }

        if (network.Heads > 0 && new ModelFile(file, path).ReadHeads(format) is var heads && heads != network.Heads)
            throw new InvalidWeightsException($"{path}: the Transformer has {heads} heads; this generator has {network.Heads}.");

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
