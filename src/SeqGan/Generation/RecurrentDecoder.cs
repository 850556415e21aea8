using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// Completes prefixes with a network. A fixed number of slots advance together, one token a step; a slot whose sequence ends
/// takes the next completion at once, wherever that begins, so that no step works on sequences that are over.
/// </summary>
internal sealed class RecurrentDecoder(RecurrentNetwork network, SequenceFormat format, int decodeRows, ConstraintGuard? guard = null) : IDecoder
{
    // As a 32-bit number a temperature beyond these is 0 or infinite, and 0 / 0 and the padding's infinity / infinity are no
    // numbers; nearer ones already leave the likeliest token alone, or all tokens alike.
    private const double LeastTemperature = 1e-30;

    private readonly int _maxSlots = Math.Max(
        RecurrentStepper.MinimumRows,
        decodeRows > 0 ? decodeRows : Math.Clamp((1 << 21) / format.VocabularySize, 64, 1024));

    /// <summary>Divides logits [rows, vocabulary] in place; the largest becomes 0 first, so that no temperature overflows.</summary>
    public static Tensor Temper(Tensor logits, double temperature)
    {
        using Scalar divisor = Math.Clamp(temperature, LeastTemperature, 1 / LeastTemperature);
        return temperature == 1 ? logits : logits.sub_(logits.amax([1], keepdim: true)).div_(divisor);
    }

    public void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, RandomKey key, int firstRow, double temperature,
        SequenceBuffer destination, CancellationToken cancellationToken)
    {
        destination.Reset(completions.Length);
        int maxPrefix = CopyPrefixes(sequences, completions, destination);
        if (completions.IsEmpty)
            return;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var stepper = new RecurrentStepper(network);
        using RecurrentState prefixes = RecurrentState.Zeros(network, Math.Max(1, sequences.Count) * (maxPrefix + 1));
        AdvancePrefixes(prefixes, stepper, sequences, maxPrefix, cancellationToken);
        Decode(stepper, prefixes, new DecoderSlots(Slots(completions.Length), format, destination, completions, sequences.Count, guard), key, firstRow, temperature, cancellationToken);
    }

    private static int CopyPrefixes(TokenBatch sequences, ReadOnlySpan<Completion> completions, SequenceBuffer destination)
    {
        int maxPrefix = 0;
        for (int i = 0; i < completions.Length; i++)
        {
            (int row, int prefixLength, _) = completions[i];
            if (prefixLength == 0)
                continue;
            destination.Set(i, sequences[row][..prefixLength]);
            maxPrefix = Math.Max(maxPrefix, prefixLength);
        }

        return maxPrefix;
    }

    /// <summary>
    /// The state before the last token of each prefix is fed: row p * Count + r belongs to the first p tokens of sequence r,
    /// and row 0 is the zero state, from which the start token is fed.
    /// </summary>
    private void AdvancePrefixes(
        RecurrentState prefixes, RecurrentStepper stepper, TokenBatch sequences, int maxPrefix, CancellationToken cancellationToken)
    {
        if (maxPrefix == 0)
            return;
        int count = sequences.Count;
        long[] inputs = new long[Math.Max(RecurrentStepper.MinimumRows, count)];
        using RecurrentState state = RecurrentState.Zeros(network, inputs.Length);
        using Scalar rows = count;
        using Tensor from = arange(rows, device: network.Device);
        for (int prefix = 1; prefix <= maxPrefix; prefix++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < count; row++)
                inputs[row] = prefix == 1 || prefix - 2 >= sequences.LengthOf(row) ? format.StartToken : sequences[row][prefix - 2];
            using Tensor tokens = tensor(inputs, device: network.Device);
            stepper.Advance(state, tokens);
            using Scalar firstRow = (long)prefix * count;
            using Tensor to = from.add(firstRow);
            prefixes.CopyRows(to, state, from);
        }
    }

    private void Decode(
        RecurrentStepper stepper, RecurrentState prefixes, DecoderSlots slots, RandomKey key, int firstRow, double temperature,
        CancellationToken cancellationToken)
    {
        using RecurrentState state = RecurrentState.Zeros(network, slots.Count);
        float[] uniforms = new float[slots.Count];
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            slots.Refill(state, prefixes, network.Device);
            if (slots.Active == 0)
                return;
            using var step = NewDisposeScope();
            Tensor tokens = tensor(slots.Inputs, device: network.Device);
            stepper.Advance(state, tokens);
            slots.Draw(uniforms, key, firstRow);
            Tensor logits = network.Logits(state.Hidden[^1]);
            if (slots.Allow() is { } allowed)
                ForbiddenTokens.Remove(logits, allowed);
            Tensor drawn = Draw(logits, uniforms, temperature);
            slots.Accept(drawn.cpu().data<long>().ToArray());
        }
    }

    /// <summary>One inverse-CDF draw a row, [rows]: the first token whose cumulated probability exceeds the row's uniform number.</summary>
    private Tensor Draw(Tensor logits, float[] uniforms, double temperature)
    {
        Tensor cumulated = Temper(logits, temperature).softmax(-1).cumsum(-1);
        Tensor total = cumulated.narrow(1, format.VocabularySize - 1, 1);
        Tensor threshold = tensor(uniforms, [uniforms.Length, 1], device: network.Device).mul_(total);
        return searchsorted(cumulated, threshold, right: true).view(-1);
    }

    private int Slots(int completions)
    {
        int slots = Math.Min(_maxSlots, completions);
        return Math.Max(RecurrentStepper.MinimumRows, slots);
    }
}
