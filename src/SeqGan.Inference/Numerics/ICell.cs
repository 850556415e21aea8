namespace SeqGan.Numerics;

/// <summary>
/// A recurrent cell: the one definition of its step, for sampling, scoring and training. A new cell implements this, and
/// <see cref="CellLayout.Of"/>, <see cref="Kernels{TLanes}"/> and SeqGan's <c>TorchCell</c> name it.
/// </summary>
/// <remarks>
/// Before a step, a row's gates hold their sums: bias, products with the input and products with the state before. PyTorch stacks a layer's
/// gates in one matrix; the cell says in which blocks they are summed.
/// </remarks>
internal unsafe interface ICell
{
    static abstract CellLayout Layout { get; }

    /// <summary>From the sums to the next state; the gates become what <see cref="Backward"/> needs.</summary>
    static abstract void Forward<TLanes>(in CellStep step)
        where TLanes : unmanaged, ILanes<TLanes>;

    /// <summary>From the gradient of the next state to that of the sums, which replaces the gates.</summary>
    /// <param name="step">The step, after <see cref="Forward"/>.</param>
    /// <param name="hiddenGradient">The gradient of <see cref="CellStep.Hidden"/>, [rows, width].</param>
    /// <param name="cellGradient">That of <see cref="CellStep.Cells"/>; becomes that of the cells before.</param>
    /// <param name="previousGradient">Receives what reaches the state before without passing a gate's sum; null at the first step.</param>
    static abstract void Backward<TLanes>(in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient)
        where TLanes : unmanaged, ILanes<TLanes>;
}

/// <summary>Where the gates of a cell are summed, in blocks of the padded state's width.</summary>
/// <param name="Gates">The gates that PyTorch stacks in one matrix.</param>
/// <param name="StateBlock">The block of PyTorch's first gate in the product with the state; the others follow it.</param>
/// <param name="InputRotation">The gate in block 0 of the product with the input; the others follow it, the first after the last.</param>
/// <param name="HasCells">Whether the state has cells beside the hidden values.</param>
internal sealed record CellLayout(int Gates, int StateBlock, int InputRotation, bool HasCells)
{
    /// <summary>The blocks of a row of gates.</summary>
    public int Blocks => StateBlock + Gates;

    public static CellLayout Of(GeneratorNetwork cell) => cell switch
    {
        GeneratorNetwork.Lstm => LstmCell.Layout,
        GeneratorNetwork.Gru => GruCell.Layout,
        _ => throw Unknown(cell),
    };

    public static ArgumentOutOfRangeException Unknown(GeneratorNetwork cell) =>
        new(nameof(cell), cell, $"No cell {cell} is implemented.");
}

/// <summary>Some rows of a recurrent layer at one step, one after the other.</summary>
/// <param name="rows">The number of rows.</param>
/// <param name="width">The size of the state, padded to whole lanes.</param>
internal unsafe ref struct CellStep(int rows, int width)
{
    public readonly int Rows = rows, Width = width;

    /// <summary>[rows, blocks, width].</summary>
    public float* Gates;

    /// <summary>The state before and after, [rows, width]; may be the same memory if no backward pass follows.</summary>
    public float* Previous, Hidden;

    /// <summary>The cells before and after, if the cell has some; as the states.</summary>
    public float* PreviousCells, Cells;

    /// <summary>Scratch that the backward pass reads, [rows, width]; <see cref="Hidden"/> if none follows.</summary>
    public float* Squashed;
}

/// <summary>The activations of whole rows. One function a loop: the compiler does not inline more.</summary>
internal static unsafe class Activation
{
    private const int Lanes = PackedMatrix.BlockColumns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid<TLanes>(float* values, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < count; i += Lanes)
            TLanes.Store(LaneFunctions.Sigmoid(TLanes.Load(values + i)), values + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh<TLanes>(float* values, float* results, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = 0; i < count; i += Lanes)
            TLanes.Store(LaneFunctions.Tanh(TLanes.Load(values + i)), results + i);
    }
}
