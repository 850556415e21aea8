namespace SeqGan.Tests;

/// <summary>The best kernels, which call a test before each step of an LSTM cell.</summary>
internal sealed unsafe class HookedKernels(Action beforeStep) : Kernels
{
    public override void MultiplyAdd(
        float* x, nint xStride, int rows, PackedMatrix matrix, float* start, nint startStride, float* y, nint yStride) =>
        Best.MultiplyAdd(x, xStride, rows, matrix, start, startStride, y, yStride);

    public override void Lstm(float* gates, int width, float* hidden, float* cell)
    {
        beforeStep();
        Best.Lstm(gates, width, hidden, cell);
    }

    public override void Gru(float* gates, int width, float* hidden) => Best.Gru(gates, width, hidden);

    public override float Largest(float* logits, int columns) => Best.Largest(logits, columns);

    public override float Exponentiate(float* logits, int columns, float largest, float scale, float* sums) =>
        Best.Exponentiate(logits, columns, largest, scale, sums);

    public override float SumSections(float* weights, int columns, float* sums) => Best.SumSections(weights, columns, sums);

    public override int Draw(float* values, int columns, float* sums, float total, float uniform) =>
        Best.Draw(values, columns, sums, total, uniform);

    public override float SumAbove(float* values, int columns, float limit) => Best.SumAbove(values, columns, limit);

    public override int CountAbove(float* values, int columns, float limit) => Best.CountAbove(values, columns, limit);
}
