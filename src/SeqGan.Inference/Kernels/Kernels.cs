using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>The kernels of one width of vectors. All widths give the same bits.</summary>
internal abstract unsafe class Kernels
{
    /// <summary>One for each width, the widest first; each works on every processor.</summary>
    public static IReadOnlyList<Kernels> All { get; } =
        [new Kernels<Lanes512>("512"), new Kernels<Lanes256>("256"), new Kernels<Lanes128>("128"), new Kernels<LanesScalar>("scalar")];

    /// <summary>The widest that this processor has registers for.</summary>
    public static Kernels Best { get; } =
        All[Vector512.IsHardwareAccelerated ? 0 : Vector256.IsHardwareAccelerated ? 1 : Vector128.IsHardwareAccelerated ? 2 : 3];

    /// <inheritdoc cref="MatrixKernel.Multiply"/>
    public abstract void Multiply(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns);

    /// <summary>As <see cref="Multiply"/>, of rows [rows, matrix.Inputs] and a packed matrix.</summary>
    public void MultiplyAdd(float* x, nint xRow, int rows, PackedMatrix matrix, float* start, nint startRow, float* y, nint yRow) =>
        Multiply(new LeftFactor(x, xRow, 1), matrix.Factor, start, startRow, y, yRow, rows, matrix.Inputs, matrix.Columns);

    /// <inheritdoc cref="RowKernel.AddScaled"/>
    public abstract void AddScaled(float* values, float scale, float* target, int length);

    /// <inheritdoc cref="RowKernel.Scale"/>
    public abstract void Scale(float* values, float scale, float* target, int length);

    /// <inheritdoc cref="RowKernel.Highway"/>
    public abstract void Highway(float* x, float* h, float* hBias, float* t, float* tBias, int length);

    /// <inheritdoc cref="ICell.Forward"/>
    public abstract void Forward(RecurrentCell cell, in CellStep step);

    /// <inheritdoc cref="ICell.Backward"/>
    public abstract void Backward(
        RecurrentCell cell, in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient);

    /// <inheritdoc cref="SoftmaxKernel.Largest"/>
    public abstract float Largest(float* logits, int columns);

    /// <inheritdoc cref="SoftmaxKernel.Exponentiate"/>
    public abstract float Exponentiate(float* logits, int columns, float largest, float scale, float* sums);

    /// <inheritdoc cref="SoftmaxKernel.SumSections"/>
    public abstract float SumSections(float* weights, int columns, float* sums);

    /// <inheritdoc cref="SoftmaxKernel.Draw"/>
    public abstract int Draw(float* values, int columns, float* sums, float total, float uniform);

    /// <inheritdoc cref="SoftmaxKernel.SumAbove"/>
    public abstract float SumAbove(float* values, int columns, float limit);

    /// <inheritdoc cref="SoftmaxKernel.CountAbove"/>
    public abstract int CountAbove(float* values, int columns, float limit);
}

/// <inheritdoc/>
internal sealed unsafe class Kernels<TLanes>(string name) : Kernels
    where TLanes : unmanaged, ILanes<TLanes>
{
    public override void Multiply(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns) =>
        MatrixKernel.Multiply<TLanes>(left, right, start, startRow, result, resultRow, rows, depth, columns);

    public override void AddScaled(float* values, float scale, float* target, int length) =>
        RowKernel.AddScaled<TLanes>(values, scale, target, length);

    public override void Scale(float* values, float scale, float* target, int length) =>
        RowKernel.Scale<TLanes>(values, scale, target, length);

    public override void Highway(float* x, float* h, float* hBias, float* t, float* tBias, int length) =>
        RowKernel.Highway<TLanes>(x, h, hBias, t, tBias, length);

    public override void Forward(RecurrentCell cell, in CellStep step)
    {
        if (cell == RecurrentCell.Lstm)
            LstmCell.Forward<TLanes>(step);
        else
            GruCell.Forward<TLanes>(step);
    }

    public override void Backward(
        RecurrentCell cell, in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient)
    {
        if (cell == RecurrentCell.Lstm)
            LstmCell.Backward<TLanes>(step, hiddenGradient, cellGradient, previousGradient);
        else
            GruCell.Backward<TLanes>(step, hiddenGradient, cellGradient, previousGradient);
    }

    public override float Largest(float* logits, int columns) => SoftmaxKernel.Largest<TLanes>(logits, columns);

    public override float Exponentiate(float* logits, int columns, float largest, float scale, float* sums) =>
        SoftmaxKernel.Exponentiate<TLanes>(logits, columns, largest, scale, sums);

    public override float SumSections(float* weights, int columns, float* sums) =>
        SoftmaxKernel.SumSections<TLanes>(weights, columns, sums);

    public override int Draw(float* values, int columns, float* sums, float total, float uniform) =>
        SoftmaxKernel.Draw<TLanes>(values, columns, sums, total, uniform);

    public override float SumAbove(float* values, int columns, float limit) => SoftmaxKernel.SumAbove<TLanes>(values, columns, limit);

    public override int CountAbove(float* values, int columns, float limit) => SoftmaxKernel.CountAbove<TLanes>(values, columns, limit);

    public override string ToString() => name;
}
