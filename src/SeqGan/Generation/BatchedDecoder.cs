namespace SeqGan.Generation;

/// <summary>
/// Completes prefixes with a network on any device. A fixed number of slots advance together, one token a step; a slot whose sequence ends
/// takes the next completion at once, wherever that begins, so that no step works on sequences that are over.
/// </summary>
internal sealed class BatchedDecoder(
    SequenceNetwork network, SequenceFormat format, int decodeRows, ConstraintGuard? guard = null) : IDecoder
{
    // As a 32-bit number, a temperature beyond these is 0 or infinite, and quotients of them are not numbers. At these limits the likeliest
    // token already has all the weight, or all tokens have the same.
    private const double LeastTemperature = 1e-30;

    private readonly int _maxSlots = decodeRows > 0 ? decodeRows : Math.Clamp((1 << 21) / format.VocabularySize, 64, 1024);

    /// <summary>Divides logits [rows, vocabulary] in place; the largest becomes 0 first, so that no temperature overflows.</summary>
    public static Tensor Temper(Tensor logits, double temperature)
    {
        using Scalar divisor = Math.Clamp(temperature, LeastTemperature, 1 / LeastTemperature);
        return temperature == 1 ? logits : logits.sub_(logits.amax([1], keepdim: true)).div_(divisor);
    }

    public void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, ReadOnlyMemory<int> labels, RandomKey key, int firstRow,
        double temperature, SequenceBuffer destination, CancellationToken cancellationToken)
    {
        destination.Reset(completions.Length);
        var sources = new PrefixSources(sequences, labels, format);
        sources.CopyLabels(completions, destination.Labels);
        int maxPrefix = CopyPrefixes(sources, completions, destination);
        if (completions.IsEmpty)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using NetworkStepper stepper = network.CreateStepper();
        using RowStates prefixes = stepper.CreatePrefixes(Math.Max(1, sources.Count), maxPrefix);
        AdvancePrefixes(prefixes, stepper, sources, maxPrefix, cancellationToken);
        int count = Math.Max(SteadyLinear.MinimumRows, Math.Min(_maxSlots, completions.Length));
        var slots = new DecoderSlots(count, format, destination, completions, sources, guard);
        Decode(stepper, prefixes, slots, key, firstRow, temperature, cancellationToken);
    }

    public void Feed(TokenBatch sequences, long[] inputs, double truth, RandomKey key, CancellationToken cancellationToken)
    {
        using var noGrad = no_grad();
        using NetworkStepper stepper = network.CreateStepper();
        int rows = Math.Max(SteadyLinear.MinimumRows, sequences.Count), length = sequences.Length;
        using RowStates state = stepper.CreateStates(rows);
        long[] fed = new long[rows];
        float[] uniforms = new float[rows];
        for (int position = 0; position + 1 < length; position++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < sequences.Count; row++)
            {
                fed[row] = inputs[row * length + position];
                uniforms[row] = key.NextUniform(row, 0, position);
            }

            using var step = NewDisposeScope();
            stepper.Advance(state, tensor(fed, device: network.Device));
            long[] drawn = Draw(network.Logits(state.Output, isGenerated: true), uniforms, temperature: 1);
            for (int row = 0; row < sequences.Count; row++)
            {
                if (position + 1 < sequences.LengthOf(row) && key.NextUniform(row, 1, position) >= truth)
                    inputs[row * length + position + 1] = DecoderSlots.Checked(drawn[row], format);
            }
        }
    }

    private static int CopyPrefixes(PrefixSources sources, ReadOnlySpan<Completion> completions, SequenceBuffer destination)
    {
        int maxPrefix = 0;
        for (int i = 0; i < completions.Length; i++)
        {
            int length = completions[i].PrefixLength;
            if (length > 0)
                destination.Set(i, sources[sources.IndexOf(completions[i])][..length]);
            maxPrefix = Math.Max(maxPrefix, length);
        }

        return maxPrefix;
    }

    /// <summary>
    /// The state before the last token of each prefix is fed: number p * Count + r is that of the first p tokens of source r, and 0 is the
    /// zero state, from which the start token or a label is fed.
    /// </summary>
    private void AdvancePrefixes(
        RowStates prefixes, NetworkStepper stepper, PrefixSources sources, int maxPrefix, CancellationToken cancellationToken)
    {
        if (maxPrefix == 0)
            return;
        int count = sources.Count;
        long[] inputs = new long[Math.Max(SteadyLinear.MinimumRows, count)];
        using RowStates state = stepper.CreateStates(inputs.Length);
        for (int prefix = 1; prefix <= maxPrefix; prefix++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < count; row++)
            {
                inputs[row] = prefix == 1 ? sources.StartInput(row)
                    : prefix - 2 < sources[row].Length ? sources[row][prefix - 2] : format.StartToken;
            }

            using Tensor tokens = tensor(inputs, device: network.Device);
            stepper.Advance(state, tokens);
            prefixes.Keep(state, prefix, count);
        }
    }

    private void Decode(
        NetworkStepper stepper, RowStates prefixes, DecoderSlots slots, RandomKey key, int firstRow, double temperature,
        CancellationToken cancellationToken)
    {
        using RowStates state = stepper.CreateStates(slots.Count);
        float[] uniforms = new float[slots.Count];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            slots.Refill(state, prefixes, network.Device);
            if (slots.Active == 0)
                return;
            using var step = NewDisposeScope();
            stepper.Advance(state, tensor(slots.Inputs, device: network.Device));
            slots.Draw(uniforms, key, firstRow);
            Tensor logits = network.Logits(state.Output, isGenerated: true);
            if (slots.Allow() is { } allowed)
                ForbiddenTokens.Remove(logits, allowed);
            slots.Accept(Draw(logits, uniforms, temperature));
        }
    }

    /// <summary>One inverse-CDF draw a row: the first token whose cumulated probability exceeds the row's uniform number.</summary>
    private long[] Draw(Tensor logits, float[] uniforms, double temperature)
    {
        Tensor cumulated = Temper(logits, temperature).softmax(-1).cumsum(-1);
        Tensor total = cumulated.narrow(1, format.VocabularySize - 1, 1);
        Tensor threshold = tensor(uniforms, [uniforms.Length, 1], device: network.Device).mul_(total);
        return searchsorted(cumulated, threshold, right: true).view(-1).cpu().data<long>().ToArray();
    }
}
