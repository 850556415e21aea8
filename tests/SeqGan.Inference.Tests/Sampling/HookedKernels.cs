namespace SeqGan.Tests;

/// <summary>The best kernels, which call a test before each step of a layer.</summary>
internal sealed unsafe class HookedKernels(Action beforeStep) : Kernels
{
    public override void Multiply(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow, int rows, int depth,
        int columns) =>
        Best.Multiply(left, right, start, startRow, result, resultRow, rows, depth, columns);

    public override void AddScaled(float* values, float scale, float* target, int length) => Best.AddScaled(values, scale, target, length);

    public override void Scale(float* values, float scale, float* target, nint block, int length) =>
        Best.Scale(values, scale, target, block, length);

    public override void Highway(float* x, float* h, float* hBias, float* t, float* tBias, int length) =>
        Best.Highway(x, h, hBias, t, tBias, length);

    public override void Normalize(float* x, float* weight, float* y, int length)
    {
        beforeStep();
        Best.Normalize(x, weight, y, length);
    }

    public override void NormalizeBackward(
        float* x, float* weight, float* yGradient, float* xGradient, float* weightGradient, int length) =>
        Best.NormalizeBackward(x, weight, yGradient, xGradient, weightGradient, length);

    public override void Gelu(float* x, float* y, int count) => Best.Gelu(x, y, count);

    public override void GeluBackward(float* x, float* gradient, int count) => Best.GeluBackward(x, gradient, count);

    public override void Rotate(float* first, float* second, float* cosines, float* sines, int count) =>
        Best.Rotate(first, second, cosines, sines, count);

    public override void SoftmaxBackward(float* probabilities, float* gradient, float scale, int columns) =>
        Best.SoftmaxBackward(probabilities, gradient, scale, columns);

    public override void Forward(GeneratorNetwork cell, in CellStep step)
    {
        beforeStep();
        Best.Forward(cell, step);
    }

    public override void Backward(
        GeneratorNetwork cell, in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient) =>
        Best.Backward(cell, step, hiddenGradient, cellGradient, previousGradient);

    public override float Largest(float* logits, int columns) => Best.Largest(logits, columns);

    public override float Exponentiate(float* logits, int columns, float largest, float scale, float* sums) =>
        Best.Exponentiate(logits, columns, largest, scale, sums);

    public override int Draw(float* values, int columns, float* sums, float total, float uniform) =>
        Best.Draw(values, columns, sums, total, uniform);

    public override float SumAbove(float* values, int columns, float limit) => Best.SumAbove(values, columns, limit);

    public override int CountAbove(float* values, int columns, float limit) => Best.CountAbove(values, columns, limit);
}
