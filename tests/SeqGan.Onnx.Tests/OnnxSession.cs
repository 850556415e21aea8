using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace SeqGan.Tests;

/// <summary>A model in ONNX Runtime, as a program without SeqGan runs it.</summary>
internal sealed class OnnxSession : IDisposable
{
    private static readonly RunOptions s_options = new();

    private readonly InferenceSession _session;

    public OnnxSession(string path) => _session = new InferenceSession(path);

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public IReadOnlyDictionary<string, int[]> Inputs =>
        _session.InputMetadata.ToDictionary(input => input.Key, input => input.Value.Dimensions);

    public IReadOnlyDictionary<string, int[]> Outputs =>
        _session.OutputMetadata.ToDictionary(output => output.Key, output => output.Value.Dimensions);

    /// <summary>Runs the model on ids and on numbers; all outputs by name.</summary>
    public Dictionary<string, float[]> Run(
        (string Name, long[] Ids, long[] Shape) ids, params (string Name, float[] Numbers, long[] Shape)[] numbers)
    {
        var values = new Dictionary<string, OrtValue> { [ids.Name] = OrtValue.CreateTensorValueFromMemory(ids.Ids, ids.Shape) };
        foreach ((string name, float[] content, long[] shape) in numbers)
            values[name] = OrtValue.CreateTensorValueFromMemory(content, shape);
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(s_options, values, _session.OutputNames);
            return _session.OutputNames.Zip(results).ToDictionary(
                output => output.First, output => output.Second.GetTensorDataAsSpan<float>().ToArray());
        }
        finally
        {
            foreach (OrtValue value in values.Values)
                value.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();
}

/// <summary>A generator in ONNX Runtime: some sequences that advance together.</summary>
internal sealed class OnnxGenerator : IDisposable
{
    private readonly OnnxSession _session;
    private readonly int _layers, _hiddenSize, _rows;
    private readonly Dictionary<string, float[]> _state;

    public OnnxGenerator(string folder, int rows)
    {
        _session = new OnnxSession(Path.Combine(folder, OnnxExport.GeneratorFileName));
        _rows = rows;
        (_layers, _hiddenSize) = (Number("layers"), Number("hidden_size"));
        _state = _session.Inputs.Keys.Where(name => name != "token")
            .ToDictionary(name => name, _ => new float[_layers * rows * _hiddenSize]);
    }

    /// <summary>Feeds each sequence a token; the logits of the next, [rows, vocabulary].</summary>
    public float[] Advance(IEnumerable<int> tokens)
    {
        Dictionary<string, float[]> results = _session.Run(
            ("token", [.. tokens.Select(token => (long)token)], [_rows]),
            [.. _state.Select(state => (state.Key, state.Value, new long[] { _layers, _rows, _hiddenSize }))]);
        foreach (string name in _state.Keys.ToArray())
            _state[name] = results[$"next_{name}"];
        return results["logits"];
    }

    public void Dispose() => _session.Dispose();

    private int Number(string key) => int.Parse(_session.Metadata[key], CultureInfo.InvariantCulture);
}
