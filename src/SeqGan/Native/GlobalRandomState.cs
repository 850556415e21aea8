using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// Puts libtorch's global generator back to where it was. Its modules draw their first weights from it, which are then
/// overwritten: a program's own draws must not depend on whether it has built a network of ours in between.
/// </summary>
internal sealed class GlobalRandomState : IDisposable
{
    private readonly Tensor _state = get_rng_state().DetachFromDisposeScope();

    private GlobalRandomState()
    {
    }

    public static GlobalRandomState Preserve() => new();

    public void Dispose()
    {
        set_rng_state(_state);
        _state.Dispose();
    }
}
