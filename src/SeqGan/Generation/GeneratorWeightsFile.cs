using TorchSharp;

namespace SeqGan.Generation;

/// <summary>A generator's weights as a safetensors file with PyTorch's names, shapes and gate order.</summary>
internal static class GeneratorWeightsFile
{
    public static void Save(RecurrentNetwork network, string path) =>
        SafetensorsFile.Write(path, [.. network.Weights.Select(w => new NamedTensor(w.Name, w.Value.shape, NetworkWeights.Get(w.Value)))]);

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
            NetworkWeights.Set(network.Weights[i].Value, values[i]);
    }

    private static float[] ReadFinite(SafetensorsFile file, string path, string name, long[] shape)
    {
        float[] values = file.ReadSingle(name, shape);
        int index = Array.FindIndex(values, value => !float.IsFinite(value));
        return index < 0
            ? values
            : throw new InvalidWeightsException($"{path}: tensor '{name}': element {index} is {values[index]}; weights must be finite.");
    }
}
