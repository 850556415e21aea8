namespace SeqGan.Endurance.Fuzzing;

/// <summary>The inputs of one reader that made it do something that no other input had, in a worker's memory.</summary>
internal sealed class InputPool
{
    private const int MostInputs = 4000, Short = 512;

    private readonly HashSet<ulong> _behaviours = [];
    private readonly List<byte[]> _inputs;
    private readonly int _seeds;

    public InputPool(IReadOnlyList<byte[]> seeds)
    {
        _inputs = [.. seeds];
        _seeds = seeds.Count;
    }

    public int Count => _inputs.Count;

    /// <summary>A seed or a find, mostly a short one: what an input shows is rarely in its length, which costs time.</summary>
    public byte[] Pick(FuzzRandom random)
    {
        if (random.OneIn(4))
            return _inputs[random.Below(_seeds)];
        byte[] first = random.Pick(_inputs);
        for (int trial = 0; trial < 4 && first.Length > Short && !random.OneIn(8); trial++)
        {
            byte[] other = random.Pick(_inputs);
            first = other.Length < first.Length ? other : first;
        }

        return first;
    }

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
