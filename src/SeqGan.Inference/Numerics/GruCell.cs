namespace SeqGan.Numerics;

/// <summary>
/// Gated recurrent unit, PyTorch's equations. The blocks: the candidate's sum over the input, reset, update, the candidate's sum over the
/// state, which the reset gate scales before it is added.
/// </summary>
internal sealed unsafe class GruCell : ICell
{
    private const int Lanes = PackedMatrix.BlockColumns;

    public static CellLayout Layout { get; } = new(Gates: 3, StateBlock: 1, InputRotation: 2, HasCells: false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<TLanes>(in CellStep step)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = step.Width;
        for (nint row = 0; row < step.Rows; row++)
        {
            float* candidate = step.Gates + (row * 4 * width), reset = candidate + width;
            float* update = reset + width, fromState = update + width;
            float* previous = step.Previous + (row * width), hidden = step.Hidden + (row * width);
            Activation.Sigmoid<TLanes>(reset, 2 * width);
            for (int j = 0; j < width; j += Lanes)
            {
                TLanes sum = TLanes.MultiplyAdd(TLanes.Load(reset + j), TLanes.Load(fromState + j), TLanes.Load(candidate + j));
                TLanes.Store(sum, candidate + j);
            }

            Activation.Tanh<TLanes>(candidate, candidate, width);
            for (int j = 0; j < width; j += Lanes)
            {
                TLanes next = TLanes.Load(candidate + j);
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(update + j), TLanes.Load(previous + j) - next, next), hidden + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLanes>(in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = step.Width;
        TLanes one = TLanes.Broadcast(1);
        for (nint row = 0; row < step.Rows; row++)
        {
            float* candidate = step.Gates + (row * 4 * width), reset = candidate + width;
            float* update = reset + width, fromState = update + width;
            float* previous = step.Previous + (row * width), dHidden = hiddenGradient + (row * width);
            for (int j = 0; previousGradient is not null && j < width; j += Lanes)
            {
                float* target = previousGradient + (row * width) + j;
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(dHidden + j), TLanes.Load(update + j), TLanes.Load(target)), target);
            }

            for (int j = 0; j < width; j += Lanes)
            {
                TLanes dh = TLanes.Load(dHidden + j), n = TLanes.Load(candidate + j);
                TLanes r = TLanes.Load(reset + j), z = TLanes.Load(update + j);
                TLanes dCandidate = dh * (one - z) * (one - (n * n));
                TLanes.Store(dCandidate, candidate + j);
                TLanes.Store(dCandidate * TLanes.Load(fromState + j) * r * (one - r), reset + j);
                TLanes.Store(dh * (TLanes.Load(previous + j) - n) * z * (one - z), update + j);
                TLanes.Store(dCandidate * r, fromState + j);
            }
        }
    }
}
