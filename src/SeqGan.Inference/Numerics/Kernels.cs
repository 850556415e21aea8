using System.Runtime.Intrinsics;

namespace SeqGan.Numerics;

/// <summary>The kernels of one width of vectors. All widths give the same bits.</summary>
internal abstract unsafe class Kernels
{
    /// <summary>So many tokens have one sum in the search for a draw's place.</summary>
    public const int SectionColumns = 256;

    /// <summary>One for each width, the widest first; each works on every processor.</summary>
    public static IReadOnlyList<Kernels> All { get; } =
        [new Kernels<Lanes512>("512"), new Kernels<Lanes256>("256"), new Kernels<Lanes128>("128"), new Kernels<LanesScalar>("scalar")];

    /// <summary>The widest that this processor has registers for.</summary>
    public static Kernels Best { get; } =
        All[Vector512.IsHardwareAccelerated ? 0 : Vector256.IsHardwareAccelerated ? 1 : Vector128.IsHardwareAccelerated ? 2 : 3];

    /// <summary>result [rows, columns] = start + left [rows, depth] times right [depth, columns].</summary>
    /// <remarks>
    /// The start may be the result; null means 0. Rows of start and result are startRow and resultRow apart; 0 means that all rows start
    /// from the same. The columns are a multiple of 16.
    /// </remarks>
    public abstract void Multiply(
        in LeftFactor left, in RightFactor right, float* start, nint startRow, float* result, nint resultRow,
        int rows, int depth, int columns);

    /// <summary>As <see cref="Multiply"/>, of rows [rows, matrix.Inputs] and a packed matrix.</summary>
    public void MultiplyAdd(float* x, nint xRow, int rows, PackedMatrix matrix, float* start, nint startRow, float* y, nint yRow)
    {
        Multiply(new LeftFactor(x, xRow, 1), matrix.Factor, start, startRow, y, yRow, rows, matrix.Inputs, matrix.Columns);

        // The product reads its memory, which the collector may reuse as soon as nothing refers to the matrix.
        GC.KeepAlive(matrix);
    }

    /// <summary>target += scale * values, rounded once.</summary>
    public abstract void AddScaled(float* values, float scale, float* target, int length);

    /// <summary>target = scale * values.</summary>
    public void Scale(float* values, float scale, float* target, int length) =>
        Scale(values, scale, target, PackedMatrix.BlockColumns, length);

    /// <summary>target = scale * values, each sixteen of them a block after the last.</summary>
    public abstract void Scale(float* values, float scale, float* target, nint block, int length);

    /// <summary>A highway layer's output: x += sigmoid(t + tBias) * (relu(h + hBias) - x). Overwrites t.</summary>
    public abstract void Highway(float* x, float* h, float* hBias, float* t, float* tBias, int length);

    /// <summary>
    /// Layer normalisation without a shift (Ba, Kiros, Hinton 2016): y = (x - mean) / sqrt(variance + 1e-5) * weight. x may be y.
    /// </summary>
    public abstract void Normalize(float* x, float* weight, float* y, int length);

    /// <summary>Adds the gradient of <see cref="Normalize"/> with respect to x and to the weight, given that of y.</summary>
    public abstract void NormalizeBackward(
        float* x, float* weight, float* yGradient, float* xGradient, float* weightGradient, int length);

    /// <summary>
    /// The Gaussian error linear unit (Hendrycks, Gimpel 2016) by its hyperbolic tangent: x sigmoid(1.5957691 (x + 0.044715 x^3)). x may
    /// be y.
    /// </summary>
    public abstract void Gelu(float* x, float* y, int count);

    /// <summary>The gradient of <see cref="Gelu"/> with respect to x, in place of that with respect to y.</summary>
    public abstract void GeluBackward(float* x, float* gradient, int count);

    /// <summary>Turns each pair of values, one of a first and one of a second part, by an angle: (a cos - b sin, b cos + a sin).</summary>
    /// <remarks>With the parts exchanged it turns back.</remarks>
    public abstract void Rotate(float* first, float* second, float* cosines, float* sines, int count);

    /// <summary>
    /// The gradient of a row of softmax(scale x) with respect to x, in place of that with respect to the probabilities; a multiple of 16.
    /// </summary>
    public abstract void SoftmaxBackward(float* probabilities, float* gradient, float scale, int columns);

    public static int Sections(int columns) => (columns + SectionColumns - 1) / SectionColumns;

    /// <inheritdoc cref="ICell.Forward"/>
    public abstract void Forward(GeneratorNetwork cell, in CellStep step);

    /// <inheritdoc cref="ICell.Backward"/>
    public abstract void Backward(
        GeneratorNetwork cell, in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient);

    /// <summary>The largest of the logits, whose number is a multiple of 16, as in all that follow.</summary>
    public abstract float Largest(float* logits, int columns);

    /// <summary>Replaces logits x by exp((x - largest) * scale), and sums each section.</summary>
    /// <returns>The sections' sums, added in order.</returns>
    public abstract float Exponentiate(float* logits, int columns, float largest, float scale, float* sums);

    /// <summary>The sum of each section, of weights of at least 0.</summary>
    /// <returns>The sections' sums, added in order.</returns>
    public float SumSections(float* weights, int columns, float* sums)
    {
        float total = 0;
        for (int start = 0; start < columns; start += SectionColumns)
            total += sums[start / SectionColumns] = SumAbove(weights + start, Math.Min(SectionColumns, columns - start), -1);
        return total;
    }

    /// <summary>The token at which the cumulated weights first exceed a uniform number's share of their total.</summary>
    /// <remarks>
    /// The sums are the sections', the total theirs, and positive. The number is in [0, 1) and a multiple of 2^-23, so that its product
    /// with the total stays below the total.
    /// </remarks>
    public abstract int Draw(float* values, int columns, float* sums, float total, float uniform);

    /// <summary>The sum of what is above a limit.</summary>
    public abstract float SumAbove(float* values, int columns, float limit);

    /// <summary>How many are above a limit; at most 2^24.</summary>
    public abstract int CountAbove(float* values, int columns, float limit);
}

/// <inheritdoc/>
internal sealed unsafe partial class Kernels<TLanes>(string name) : Kernels
    where TLanes : unmanaged, ILanes<TLanes>
{
    private const int Lanes = PackedMatrix.BlockColumns;

    public override void Forward(GeneratorNetwork cell, in CellStep step)
    {
        if (cell == GeneratorNetwork.Lstm)
            LstmCell.Forward<TLanes>(step);
        else if (cell == GeneratorNetwork.Gru)
            GruCell.Forward<TLanes>(step);
        else
            throw CellLayout.Unknown(cell);
    }

    public override void Backward(
        GeneratorNetwork cell, in CellStep step, float* hiddenGradient, float* cellGradient, float* previousGradient)
    {
        if (cell == GeneratorNetwork.Lstm)
            LstmCell.Backward<TLanes>(step, hiddenGradient, cellGradient, previousGradient);
        else if (cell == GeneratorNetwork.Gru)
            GruCell.Backward<TLanes>(step, hiddenGradient, cellGradient, previousGradient);
        else
            throw CellLayout.Unknown(cell);
    }

    public override string ToString() => name;
}
