namespace SeqGan.Discrimination;

/// <summary>Dropout whose masks depend on a seed and on how often it was used, never on libtorch's global generator.</summary>
internal sealed class SeededDropout(double dropout, ulong seed) : nn.Module<Tensor, Tensor>(nameof(SeededDropout))
{
    private readonly double _keep = 1 - dropout;
    private uint _step;

    /// <summary>How often masks were drawn; with the seed this determines the next mask.</summary>
    public StateValue State(string name) => new StateNumber<long>(name, () => _step, value => _step = (uint)value, uint.MaxValue);

    public override Tensor forward(Tensor input)
    {
        if (!training || dropout == 0)
            return input;
        var key = new RandomKey(seed, RandomPurpose.Dropout, _step++);
        using var generator = new Generator(key.NextBits(0) | (ulong)key.NextBits(1) << 32, CPU);
        using Scalar kept = _keep;
        Tensor mask = empty(input.shape, dtype: input.dtype).bernoulli_(_keep, generator).div_(kept).to(input.device);
        return input * mask;
    }
}
