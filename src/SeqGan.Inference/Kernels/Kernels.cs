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

    /// <inheritdoc cref="MatrixKernel.MultiplyAdd"/>
    public abstract void MultiplyAdd(
        float* x, nint xStride, int rows, PackedMatrix matrix, float* start, nint startStride, float* y, nint yStride);

    /// <inheritdoc cref="CellKernel.Lstm"/>
    public abstract void Lstm(float* gates, int width, float* hidden, float* cell);

    /// <inheritdoc cref="CellKernel.Gru"/>
    public abstract void Gru(float* gates, int width, float* hidden);

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
    public override void MultiplyAdd(
        float* x, nint xStride, int rows, PackedMatrix matrix, float* start, nint startStride, float* y, nint yStride) =>
        MatrixKernel.MultiplyAdd<TLanes>(x, xStride, rows, matrix, start, startStride, y, yStride);

    public override void Lstm(float* gates, int width, float* hidden, float* cell) => CellKernel.Lstm<TLanes>(gates, width, hidden, cell);

    public override void Gru(float* gates, int width, float* hidden) => CellKernel.Gru<TLanes>(gates, width, hidden);

    public override float Largest(float* logits, int columns) => SoftmaxKernel.Largest<TLanes>(logits, columns);

    public override float Exponentiate(float* logits, int columns, float largest, float scale, float* sums) =>
        SoftmaxKernel.Exponentiate<TLanes>(logits, columns, largest, scale, sums);

    public override float SumSections(float* weights, int columns, float* sums) => SoftmaxKernel.SumSections<TLanes>(weights, columns, sums);

    public override int Draw(float* values, int columns, float* sums, float total, float uniform) =>
        SoftmaxKernel.Draw<TLanes>(values, columns, sums, total, uniform);

    public override float SumAbove(float* values, int columns, float limit) => SoftmaxKernel.SumAbove<TLanes>(values, columns, limit);

    public override int CountAbove(float* values, int columns, float limit) => SoftmaxKernel.CountAbove<TLanes>(values, columns, limit);

    public override string ToString() => name;
}
