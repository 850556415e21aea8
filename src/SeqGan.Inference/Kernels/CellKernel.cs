using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>From the sums of a recurrent layer's gates to its next state; PyTorch's equations.</summary>
internal static unsafe class CellKernel
{
    /// <summary>The blocks of a row of gates: an LSTM's input, forget, cell, output; a GRU's reset, update, and the new state's two sums.</summary>
    public const int GateBlocks = 4;

    private const int Lanes = PackedMatrix.BlockColumns;

    /// <param name="gates">[4, width]: i, f, g, o; overwritten.</param>
    /// <param name="width">The size of the state, padded to whole lanes.</param>
    /// <param name="hidden">Receives h.</param>
    /// <param name="cell">c, updated.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lstm<TLanes>(float* gates, int width, float* hidden, float* cell)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        Sigmoid<TLanes>(gates, 2 * width);
        Tanh<TLanes>(gates + (2 * width), gates + (2 * width), width);
        Sigmoid<TLanes>(gates + (3 * width), width);
        for (int j = 0; j < width; j += Lanes)
        {
            TLanes added = TLanes.Load(gates + j) * TLanes.Load(gates + (2 * width) + j);
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(gates + width + j), TLanes.Load(cell + j), added), cell + j);
        }

        Tanh<TLanes>(cell, hidden, width);
        for (int j = 0; j < width; j += Lanes)
            TLanes.Store(TLanes.Load(gates + (3 * width) + j) * TLanes.Load(hidden + j), hidden + j);
    }

    /// <param name="gates">[4, width]: r, z, n's sum over the input, n's sum over the state; overwritten.</param>
    /// <param name="width">The size of the state, padded to whole lanes.</param>
    /// <param name="hidden">h, updated.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gru<TLanes>(float* gates, int width, float* hidden)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* candidate = gates + (2 * width), fromState = gates + (3 * width);
        Sigmoid<TLanes>(gates, 2 * width);
        for (int j = 0; j < width; j += Lanes)
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(gates + j), TLanes.Load(fromState + j), TLanes.Load(candidate + j)), candidate + j);
        Tanh<TLanes>(candidate, candidate, width);
        for (int j = 0; j < width; j += Lanes)
        {
            TLanes next = TLanes.Load(candidate + j);
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(gates + width + j), TLanes.Load(hidden + j) - next, next), hidden + j);
        }
    }

    // One function a loop: more of them in one are beyond what the compiler inlines.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sigmoid<TLanes>(float* values, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < count; i += Lanes)
            TLanes.Store(LaneFunctions.Sigmoid(TLanes.Load(values + i)), values + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tanh<TLanes>(float* values, float* results, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < count; i += Lanes)
            TLanes.Store(LaneFunctions.Tanh(TLanes.Load(values + i)), results + i);
    }
}
