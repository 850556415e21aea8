namespace SeqGan.Numerics;

/// <summary>Long short-term memory, PyTorch's equations; the blocks are its gates: input, forget, candidate, output.</summary>
internal sealed unsafe class LstmCell : ICell
{
    private const int Lanes = PackedMatrix.BlockColumns;

    public static CellLayout Layout { get; } = new(Gates: 4, StateBlock: 0, InputRotation: 0, HasCells: true);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward<TLanes>(in CellStep step)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int width = step.Width;
        for (nint row = 0; row < step.Rows; row++)
        {
            float* gates = step.Gates + (row * 4 * width), squashed = step.Squashed + (row * width), hidden = step.Hidden + (row * width);
            float* previous = step.PreviousCells + (row * width), cells = step.Cells + (row * width);
            Activation.Sigmoid<TLanes>(gates, 2 * width);
            Activation.Tanh<TLanes>(gates + (2 * width), gates + (2 * width), width);
            Activation.Sigmoid<TLanes>(gates + (3 * width), width);
            for (int j = 0; j < width; j += Lanes)
            {
                TLanes added = TLanes.Load(gates + j) * TLanes.Load(gates + (2 * width) + j);
                TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(gates + width + j), TLanes.Load(previous + j), added), cells + j);
            }

            Activation.Tanh<TLanes>(cells, squashed, width);
            for (int j = 0; j < width; j += Lanes)
                TLanes.Store(TLanes.Load(gates + (3 * width) + j) * TLanes.Load(squashed + j), hidden + j);
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
            float* gates = step.Gates + (row * 4 * width), squashed = step.Squashed + (row * width);
            float* previous = step.PreviousCells + (row * width);
            float* dHidden = hiddenGradient + (row * width), dCells = cellGradient + (row * width);
            for (int j = 0; j < width; j += Lanes)
            {
                TLanes output = TLanes.Load(gates + (3 * width) + j), tanh = TLanes.Load(squashed + j), dh = TLanes.Load(dHidden + j);
                TLanes.Store(dh * tanh * output * (one - output), gates + (3 * width) + j);
                TLanes.Store(TLanes.Load(dCells + j) + (dh * output * (one - (tanh * tanh))), dCells + j);
            }

            for (int j = 0; j < width; j += Lanes)
            {
                TLanes input = TLanes.Load(gates + j), forget = TLanes.Load(gates + width + j);
                TLanes candidate = TLanes.Load(gates + (2 * width) + j), dc = TLanes.Load(dCells + j);
                TLanes.Store(dc * candidate * input * (one - input), gates + j);
                TLanes.Store(dc * TLanes.Load(previous + j) * forget * (one - forget), gates + width + j);
                TLanes.Store(dc * input * (one - (candidate * candidate)), gates + (2 * width) + j);
                TLanes.Store(dc * forget, dCells + j);
            }
        }
    }
}
