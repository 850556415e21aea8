using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>Dropout whose masks depend on a seed and on how often it was used, never on libtorch's global generator.</summary>
internal sealed class SeededDropout(double keep, ulong seed) : nn.Module<Tensor, Tensor>(nameof(SeededDropout))
{
    private uint _step;

    /// <summary>How often masks were drawn: what the next one depends on beside the seed.</summary>
    public StateValue State(string name) => new StateNumber<long>(name, () => _step, value => _step = (uint)value, uint.MaxValue);

    public override Tensor forward(Tensor input)
    {
        if (!training || keep >= 1)
            return input;
        var key = new RandomKey(seed, RandomPurpose.Dropout, _step++);
        using var generator = new Generator(key.NextBits(0) | (ulong)key.NextBits(1) << 32, CPU);
        using Scalar kept = keep;
        Tensor mask = empty(input.shape, dtype: input.dtype).bernoulli_(keep, generator).div_(kept).to(input.device);
        return input * mask;
    }
}
