using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>A tensor of a component's state that is not there before its first use.</summary>
/// <param name="name">Its name.</param>
/// <param name="like">A tensor of its type, its shape and its device.</param>
/// <param name="get">Gets it; null where it is not there.</param>
/// <param name="set">Replaces it.</param>
internal sealed class LazyStateTensor(string name, Tensor like, Func<Tensor?> get, Action<Tensor?> set) : StateTensor(name, like, StateRange.Finite)
{
    private readonly Device _device = like.device;

    public override bool IsPresent => get() is not null;

    public override bool MayBeAbsent => true;

    public override void Write(Stream destination) => TensorData.Write(get()!, destination);

    public override void Clear()
    {
        get()?.Dispose();
        set(null);
    }

    protected override void Take(Tensor read)
    {
        get()?.Dispose();
        set(read.to(_device).DetachFromDisposeScope());
    }
}
