using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>A tensor of a component's state, which is overwritten where it lies.</summary>
internal class StateTensor(string name, Tensor tensor, StateRange range) : StateValue(name)
{
    public override SafetensorsType Type { get; } = TensorData.TypeOf(tensor.dtype)
        ?? throw new NotSupportedException($"'{name}' is a tensor of {tensor.dtype}, which a checkpoint cannot hold: it holds floating-point numbers of 16 to 64 bits, integers and truth values.");

    public override long[] Shape { get; } = tensor.shape;

    public override void Write(Stream destination) => TensorData.Write(tensor, destination);

    public override Action Read(Stream source)
    {
        Tensor read = TensorData.Read(source, tensor.dtype, Shape);
        TensorData.Check(read, range, Name);
        return () => Take(read);
    }

    protected virtual void Take(Tensor read) => tensor.copy_(read);
}
