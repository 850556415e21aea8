using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>A layer of gated recurrent units; the gates are PyTorch's: reset, update, candidate.</summary>
internal sealed unsafe class GruPass(LayerWeights weights, LayerGradient gradient) : RecurrentPass(weights, gradient)
{
    protected override float* RecurrentGateGradient => RecurrentGates;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Activate(int first, int count)
    {
        for (nint row = first; row < first + count; row++)
        {
            float* gates = InputGates + row * GateSize, recurrent = RecurrentGates + row * GateSize;
            float* previous = Previous + row * Size, hidden = Hidden + row * Size;
            for (int i = 0; i < Size; i += Vector256<float>.Count)
            {
                Vector256<float> reset = VectorMath.Sigmoid(Vector256.Load(gates + i) + Vector256.Load(recurrent + i));
                Vector256<float> update = VectorMath.Sigmoid(Vector256.Load(gates + Size + i) + Vector256.Load(recurrent + Size + i));
                Vector256<float> candidate = VectorMath.Tanh(Vector256.Load(gates + 2 * Size + i) + reset * Vector256.Load(recurrent + 2 * Size + i));
                reset.Store(gates + i);
                update.Store(gates + Size + i);
                candidate.Store(gates + 2 * Size + i);
                (candidate + update * (Vector256.Load(previous + i) - candidate)).Store(hidden + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Differentiate(int first, int count, float* before)
    {
        Vector256<float> one = Vector256<float>.One;
        for (nint row = 0; row < count; row++)
        {
            float* gates = InputGates + (first + row) * GateSize, recurrent = RecurrentGates + (first + row) * GateSize;
            float* previous = Previous + (first + row) * Size, hiddenGradient = HiddenGradient + (first + row) * Size;
            for (int i = 0; i < Size; i += Vector256<float>.Count)
            {
                Vector256<float> reset = Vector256.Load(gates + i), update = Vector256.Load(gates + Size + i), candidate = Vector256.Load(gates + 2 * Size + i);
                Vector256<float> dh = Vector256.Load(hiddenGradient + i);
                Vector256<float> dCandidate = dh * (one - update) * (one - candidate * candidate);
                Vector256<float> dUpdate = dh * (Vector256.Load(previous + i) - candidate) * update * (one - update);
                Vector256<float> dReset = dCandidate * Vector256.Load(recurrent + 2 * Size + i) * reset * (one - reset);
                dReset.Store(gates + i);
                dReset.Store(recurrent + i);
                dUpdate.Store(gates + Size + i);
                dUpdate.Store(recurrent + Size + i);
                dCandidate.Store(gates + 2 * Size + i);
                (dCandidate * reset).Store(recurrent + 2 * Size + i);
                if (before is not null)
                    (Vector256.Load(before + row * Size + i) + dh * update).Store(before + row * Size + i);
            }
        }
    }
}
