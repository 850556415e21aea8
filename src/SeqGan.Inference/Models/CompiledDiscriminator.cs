namespace SeqGan.Models;

/// <summary>
/// The log-odds that a sequence is real rather than generated, by a network's pooled hidden states: linear, ReLU, linear, or linear alone.
/// Immutable.
/// </summary>
/// <remarks>
/// Its tensors are <c>output.weight</c> [1, units] and <c>output.bias</c>, and where there is a hidden layer <c>hidden.weight</c> [units,
/// states] and <c>hidden.bias</c>; otherwise the states are the units. The calibration, and how states are centred and scaled, are in them.
/// </remarks>
internal sealed unsafe class CompiledDiscriminator
{
    public const string HiddenName = "hidden.weight", HiddenBiasName = "hidden.bias", OutputName = "output.weight",
        OutputBiasName = "output.bias";

    // What a discriminator that is sure of everything gives.
    private const float MostLogOdds = 60;

    private const int Rows = 64;

    private readonly int _size;
    private readonly PackedMatrix? _hidden;
    private readonly AlignedArray? _bias;
    private readonly float[] _output;
    private readonly float _outputBias;

    /// <param name="network">The network whose states it reads, if it is another than the policy's own.</param>
    /// <param name="policy">The policy's own weights.</param>
    /// <param name="tensors">By their names above.</param>
    /// <exception cref="InvalidWeightsException">A tensor is missing, unknown or not valid.</exception>
    public CompiledDiscriminator(StateSource? network, PolicyWeights policy, IReadOnlyList<NamedTensor> tensors)
    {
        (Network, Tensors) = (network, tensors);
        PolicyWeights read = network?.Policy.Weights ?? policy;
        _size = PoolingJob.Pools * read.HiddenSize;
        NamedTensor? hidden = tensors.FirstOrDefault(tensor => tensor.Name == HiddenName);
        long units = hidden is null ? _size
            : hidden.Shape is [> 0 and <= ushort.MaxValue + 1 and var rows, _] ? rows
            : throw OtherShape(hidden, $"units, {_size}");
        _output = Values(OutputName, 1, units).ToArray();
        _outputBias = Values(OutputBiasName, 1)[0];
        ReadOnlySpan<float> weight = hidden is null ? [] : Values(HiddenName, units, _size);
        ReadOnlySpan<float> bias = hidden is null ? [] : Values(HiddenBiasName, units);
        string[] unknown = [.. tensors.Select(tensor => tensor.Name).Except(
            hidden is null ? [OutputName, OutputBiasName] : [OutputName, OutputBiasName, HiddenName, HiddenBiasName])];
        if (unknown.Length > 0)
            throw new InvalidWeightsException($"{policy.Source}: the discriminator has no weight '{string.Join("', '", unknown)}'.");
        OverflowCheck.ThrowIfPossible(read, weight, bias, _output);
        if (hidden is null)
            return;
        _hidden = new PackedMatrix(_size, (int)units);
        _hidden.SetColumns(0, weight);
        _bias = new AlignedArray(_hidden.Columns);
        bias.CopyTo(_bias.Span);

        ReadOnlySpan<float> Values(string name, params long[] shape)
        {
            NamedTensor tensor = tensors.FirstOrDefault(tensor => tensor.Name == name)
                ?? throw new InvalidWeightsException($"{policy.Source}: the discriminator's tensor '{name}' is missing.");
            if (!tensor.Shape.SequenceEqual(shape))
                throw OtherShape(tensor, string.Join(", ", shape));
            foreach (float value in tensor.Values.Span)
            {
                if (!float.IsFinite(value))
                    throw new InvalidWeightsException(
                        $"{policy.Source}: the discriminator's tensor '{name}' has the value {value}; weights must be finite.");
            }

            return tensor.Values.Span;
        }

        InvalidWeightsException OtherShape(NamedTensor tensor, string expected) => new(
            $"{policy.Source}: the discriminator's tensor '{tensor.Name}': shape [{string.Join(", ", tensor.Shape)}] does not fit; "
            + $"it must be [{expected}].");
    }

    /// <summary>The network whose states it reads; null for the policy's own.</summary>
    public StateSource? Network { get; }

    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The log-odds by pooled states, [odds, states].</summary>
    public void LogOdds(Kernels kernels, ReadOnlySpan<float> states, Span<float> odds)
    {
        if (_hidden is null)
        {
            for (int row = 0; row < odds.Length; row++)
                odds[row] = Output(states.Slice(row * _size, _size), least: float.NegativeInfinity);
            return;
        }

        var hidden = new AlignedArray((long)Rows * _hidden.Columns);
        fixed (float* source = states)
        {
            for (int first = 0; first < odds.Length; first += Rows)
            {
                int rows = Math.Min(Rows, odds.Length - first);
                kernels.MultiplyAdd(
                    source + ((nint)first * _size), _size, rows, _hidden, _bias!.Pointer, 0, hidden.Pointer, _hidden.Columns);
                for (int row = 0; row < rows; row++)
                    odds[first + row] = Output(hidden.Span.Slice(row * _hidden.Columns, _output.Length), least: 0);
            }
        }

        GC.KeepAlive(this);
    }

    // In one order, so that the bits are the same on every processor.
    private float Output(ReadOnlySpan<float> units, float least)
    {
        float sum = _outputBias;
        for (int unit = 0; unit < units.Length; unit++)
            sum += Math.Max(least, units[unit]) * _output[unit];
        return float.IsNaN(sum) ? -MostLogOdds : Math.Clamp(sum, -MostLogOdds, MostLogOdds);
    }
}

/// <summary>
/// A network whose hidden states a discriminator reads: a generator, which reads the start token before a sequence, or one that does not.
/// </summary>
internal sealed record StateSource(CompiledPolicy Policy, bool ReadsStart);
