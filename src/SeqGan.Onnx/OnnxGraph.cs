using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using Dimension = Onnx.TensorShapeProto.Types.Dimension;

namespace SeqGan.Onnx;

/// <summary>A model in the making. Nodes are added in the order in which they run; each is known by the name of its first output.</summary>
/// <param name="name">The model's name, also for messages.</param>
/// <param name="description">What it does.</param>
/// <param name="largest">The most bytes of weights and metadata.</param>
internal sealed class OnnxGraph(string name, string description, long largest = OnnxGraph.LargestModel)
{
    // The first version of the format in which a weight is not also an input, of the same day as operator set 9.
    private const int FormatVersion = 4;

    // A message of Protocol Buffers has less than 2 GiB. The rest is for nodes and names.
    private const long LargestModel = int.MaxValue - (16 << 20);

    private readonly GraphProto _graph = new() { Name = name, DocString = description };
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private int _names;
    private long _size;

    /// <summary>The dimension that a caller chooses.</summary>
    public static Dimension Batch { get; } = new() { DimParam = "batch" };

    public static Dimension Of(int size) => new() { DimValue = size };

    public static AttributeProto Integer(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Integers(string name, params ReadOnlySpan<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values.ToArray() } };

    public static AttributeProto Number(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public string Input(string input, TensorProto.Types.DataType type, string meaning, params Dimension[] shape)
    {
        _graph.Input.Add(Describe(input, type, meaning, shape));
        return input;
    }

    /// <summary>Declares a value that a node has as an output of the model, of single precision.</summary>
    public void Output(string output, string meaning, params Dimension[] shape) =>
        _graph.Output.Add(Describe(output, TensorProto.Types.DataType.Float, meaning, shape));

    public void Metadata(string key, string value)
    {
        Count(Encoding.UTF8.GetByteCount(value));
        _metadata[key] = value;
    }

    /// <exception cref="NotSupportedException">The model becomes too large for a file.</exception>
    public string Weights(string weights, IEnumerable<long> shape, ReadOnlySpan<float> values)
    {
        Count(sizeof(float) * (long)values.Length);
        byte[] bytes = new byte[sizeof(float) * values.Length];
        LittleEndian.Write(new MemoryStream(bytes), MemoryMarshal.AsBytes(values), sizeof(float));
        _graph.Initializer.Add(new TensorProto
        {
            Name = weights,
            DataType = (int)TensorProto.Types.DataType.Float,
            Dims = { shape },
            RawData = UnsafeByteOperations.UnsafeWrap(bytes),
        });
        return weights;
    }

    /// <summary>A single whole number as a value.</summary>
    public string Constant(string constant, long value)
    {
        _graph.Initializer.Add(new TensorProto
        {
            Name = constant, DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { value },
        });
        return constant;
    }

    /// <summary>Adds a node with one output, whose name is made up.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params AttributeProto[] attributes) =>
        Node(operation, inputs, [NewName(operation)], attributes);

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">Names of values; an empty one leaves an optional input out.</param>
    /// <param name="outputs">Names of new values; an empty one leaves an optional output out.</param>
    /// <param name="attributes">The operator's attributes.</param>
    /// <returns>The last output.</returns>
    public string Node(string operation, IEnumerable<string> inputs, string[] outputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(new NodeProto
        {
            OpType = operation, Name = outputs[^1], Input = { inputs }, Output = { outputs }, Attribute = { attributes },
        });
        return outputs[^1];
    }

    /// <summary>Rows times the transposed weight, plus the bias: PyTorch's linear layer.</summary>
    public string Linear(string rows, string weight, string bias, string? output = null) =>
        Node("Gemm", [rows, weight, bias], [output ?? NewName("Gemm")], Integer("transB", 1));

    /// <summary>Cuts rows into parts of one size.</summary>
    public string[] Split(string rows, int parts)
    {
        string[] outputs = [.. Enumerable.Range(0, parts).Select(_ => NewName("Split"))];
        Node("Split", [rows], outputs, Integer("axis", 1));
        return outputs;
    }

    public ModelProto Build() => new()
    {
        IrVersion = FormatVersion,
        OpsetImport = { new OperatorSetIdProto { Version = OnnxExport.OperatorSet } },
        ProducerName = "SeqGan",
        ProducerVersion = typeof(OnnxGraph).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        DocString = description,
        Graph = _graph,
        MetadataProps = { _metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }) },
    };

    private string NewName(string operation) => $"{operation.ToLowerInvariant()}_{++_names}";

    private static ValueInfoProto Describe(string value, TensorProto.Types.DataType type, string meaning, Dimension[] shape) => new()
    {
        Name = value,
        DocString = meaning,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto { Dim = { shape } } },
        },
    };

    private void Count(long bytes)
    {
        _size += bytes;
        if (_size > largest)
            throw new NotSupportedException($"The {name} cannot be exported: its weights and metadata have {_size} bytes or more; "
                + $"an ONNX file holds at most {largest}.");
    }
}
