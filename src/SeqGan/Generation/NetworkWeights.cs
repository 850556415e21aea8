using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Generation;

/// <summary>Draws, copies and mixes the weights of a network.</summary>
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
}
