namespace SeqGan.Endurance.Fuzzing;

/// <summary>The inputs of one reader that made it do something that no other input had, in a worker's memory.</summary>
internal sealed class InputPool
{
    private const int MostInputs = 4000;

    private readonly HashSet<ulong> _behaviours = [];
    private readonly List<byte[]> _inputs;
    private readonly int _seeds;

    public InputPool(IReadOnlyList<byte[]> seeds)
    {
        _inputs = [.. seeds];
        _seeds = seeds.Count;
    }

    public int Count => _inputs.Count;

    /// <summary>A seed or a find.</summary>
    public byte[] Pick(FuzzRandom random) => random.OneIn(4) ? _inputs[random.Below(_seeds)] : random.Pick(_inputs);

    public void Offer(byte[] input, ulong behaviour, FuzzRandom random)
    {
        if (!_behaviours.Add(behaviour))
            return;
        if (_inputs.Count < MostInputs)
            _inputs.Add(input);
        else
            _inputs[_seeds + random.Below(MostInputs - _seeds)] = input;
    }
}
