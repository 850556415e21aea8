using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>A layer of LSTM cells; the gates are PyTorch's: input, forget, candidate, output.</summary>
internal sealed unsafe class LstmPass(LayerWeights weights, LayerGradient gradient) : RecurrentPass(weights, gradient)
{
    private readonly AlignedFloats _cells = new(), _previousCells = new(), _cellGradient = new();

    protected override float* RecurrentGateGradient => InputGates;

    protected override void Reserve(int rows)
    {
        base.Reserve(rows);
        _cells.Reserve((long)rows * Size);
        _previousCells.Reserve((long)rows * Size);
    }

    protected override void Remember(int first, int before, int count)
    {
        base.Remember(first, before, count);
        Remember(_cells.Pointer, _previousCells.Pointer, first, before, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Activate(int first, int count)
    {
        for (nint row = first; row < first + count; row++)
        {
            float* gates = InputGates + row * GateSize, recurrent = RecurrentGates + row * GateSize;
            float* cells = _cells.Pointer + row * Size, previous = _previousCells.Pointer + row * Size, hidden = Hidden + row * Size;
            for (int i = 0; i < Size; i += Vector256<float>.Count)
            {
                Vector256<float> input = VectorMath.Sigmoid(Sum(gates + i, recurrent + i)), forget = VectorMath.Sigmoid(Sum(gates + Size + i, recurrent + Size + i));
                Vector256<float> candidate = VectorMath.Tanh(Sum(gates + 2 * Size + i, recurrent + 2 * Size + i)), output = VectorMath.Sigmoid(Sum(gates + 3 * Size + i, recurrent + 3 * Size + i));
                Vector256<float> cell = forget * Vector256.Load(previous + i) + input * candidate;
                input.Store(gates + i);
                forget.Store(gates + Size + i);
                candidate.Store(gates + 2 * Size + i);
                output.Store(gates + 3 * Size + i);
                cell.Store(cells + i);
                (output * VectorMath.Tanh(cell)).Store(hidden + i);
            }
        }
    }

    private static Vector256<float> Sum(float* x, float* y) => Vector256.Load(x) + Vector256.Load(y);

    protected override void BeginBackward(int count) => AlignedFloats.Clear(_cellGradient.Reserve((long)count * Size), (long)count * Size);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Differentiate(int first, int count, float* before)
    {
        Vector256<float> one = Vector256<float>.One;
        for (nint row = 0; row < count; row++)
        {
            float* gates = InputGates + (first + row) * GateSize, carried = _cellGradient.Pointer + row * Size;
            float* cells = _cells.Pointer + (first + row) * Size, previous = _previousCells.Pointer + (first + row) * Size;
            float* hiddenGradient = HiddenGradient + (first + row) * Size;
            for (int i = 0; i < Size; i += Vector256<float>.Count)
            {
                Vector256<float> input = Vector256.Load(gates + i), forget = Vector256.Load(gates + Size + i);
                Vector256<float> candidate = Vector256.Load(gates + 2 * Size + i), output = Vector256.Load(gates + 3 * Size + i);
                Vector256<float> squashed = VectorMath.Tanh(Vector256.Load(cells + i)), dh = Vector256.Load(hiddenGradient + i);
                Vector256<float> dc = Vector256.Load(carried + i) + dh * output * (one - squashed * squashed);
                (dc * candidate * input * (one - input)).Store(gates + i);
                (dc * Vector256.Load(previous + i) * forget * (one - forget)).Store(gates + Size + i);
                (dc * input * (one - candidate * candidate)).Store(gates + 2 * Size + i);
                (dh * squashed * output * (one - output)).Store(gates + 3 * Size + i);
                (dc * forget).Store(carried + i);
            }
        }
    }
}
