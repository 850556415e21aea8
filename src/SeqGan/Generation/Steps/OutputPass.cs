using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqGan;

/// <summary>
/// The output layer, softmax and cross-entropy of some tokens, and their gradients, in tiles of rows whose exponentials stay in
/// the cache: each is computed once, and never normalised. What scales it goes to the narrow side of the products.
/// </summary>
internal sealed unsafe class OutputPass(OutputWeights output)
{
    // A block of a full tile fits the first cache, a tile's exponentials the second for vocabularies of thousands.
    private const int FullTileRows = 24, MinimumTileRows = 6, BlockColumns = 256, WordBits = 64, TileElements = FullTileRows * 8192;

    private readonly int _columns = PanelKernel.Padded(output.VocabularySize);
    private readonly AlignedFloats _exponentials = new(), _scaled = new(), _product = new();
    private float[] _targetLogits = [], _maxima = [], _sums = [];

    private int Blocks => (_columns + BlockColumns - 1) / BlockColumns;

    // An odd number of cache lines: rows a power of two apart would fight for the same places.
    private int RowLength => _columns / PanelKernel.PanelColumns % 2 == 0 ? _columns + PanelKernel.PanelColumns : _columns;

    private int TileRows => Math.Clamp(TileElements / RowLength / MinimumTileRows * MinimumTileRows, MinimumTileRows, FullTileRows);

    /// <summary>Losses and gradients of rows of hidden states.</summary>
    /// <param name="hidden">[rows, size].</param>
    /// <param name="targets">The tokens that followed.</param>
    /// <param name="weights">The factors of the tokens' negative log-likelihoods in the loss.</param>
    /// <param name="allowed">The tokens that could have followed as bits, [rows, words]; empty where that is all.</param>
    /// <param name="losses">Becomes the negative log-likelihoods.</param>
    /// <param name="hiddenGradient">[rows, size]; the gradient is added.</param>
    /// <param name="part">The part of the sums of the output layer's gradients.</param>
    public void Run(float* hidden, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, ReadOnlySpan<ulong> allowed, Span<float> losses, float* hiddenGradient, int part)
    {
        float* weightGradient = output.WeightGradient.Begin(part), biasGradient = output.BiasGradient.Begin(part);
        int tileRows = TileRows, words = allowed.Length / Math.Max(1, targets.Length);
        Reserve(tileRows);
        for (int first = 0; first < targets.Length; first += tileRows)
        {
            int rows = Math.Min(tileRows, targets.Length - first);
            float* tile = hidden + (nint)first * output.Size;
            Exponentiate(tile, targets.Slice(first, rows), allowed.Slice(first * words, rows * words));
            Normalize(weights.Slice(first, rows), losses.Slice(first, rows));
            Differentiate(tile, rows, hiddenGradient + (nint)first * output.Size, weightGradient, biasGradient);
            SubtractTargets(tile, targets.Slice(first, rows), weights.Slice(first, rows), hiddenGradient + (nint)first * output.Size, weightGradient, biasGradient);
        }
    }

    private void Reserve(int tileRows)
    {
        _exponentials.Reserve((long)tileRows * RowLength);
        _scaled.Reserve((long)tileRows * output.Size);
        _product.Reserve((long)tileRows * output.Size);
        if (_targetLogits.Length < tileRows)
            (_targetLogits, _maxima, _sums) = (new float[tileRows], new float[tileRows * Blocks], new float[tileRows * Blocks]);
    }

    // Each block's exponentials are relative to the greatest logit so far.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Exponentiate(float* hidden, ReadOnlySpan<int> targets, ReadOnlySpan<ulong> allowed)
    {
        RightFactor weight = output.Weight.Transposed;
        int words = allowed.Length / targets.Length;
        for (int block = 0; block < Blocks; block++)
        {
            int start = block * BlockColumns, columns = Math.Min(BlockColumns, _columns - start);
            float* logits = _exponentials.Pointer + start;
            PanelKernel.Multiply(
                new LeftFactor(hidden, output.Size, 1), weight with { Address = (nint)(weight.Values + start / PanelKernel.PanelColumns * weight.Panel) },
                output.MaskedBias.Pointer + start, 0, logits, RowLength, targets.Length, output.Weight.Shape.Columns, columns);
            for (int row = 0; row < targets.Length; row++)
            {
                float* values = logits + (nint)row * RowLength;
                if (words > 0)
                    MaskKernel.Apply(values, columns, allowed.Slice(row * words, words)[(start / WordBits)..]);
                if ((uint)(targets[row] - start) < (uint)columns)
                    _targetLogits[row] = values[targets[row] - start];
                int index = row * Blocks + block;
                _maxima[index] = Maximum(values, columns, block == 0 ? float.NegativeInfinity : _maxima[index - 1]);
                _sums[index] = Exponentiate(values, columns, _maxima[index]);
            }
        }
    }

    // Leaves in the sums' place what a block's exponentials are to be multiplied with: weight times probability.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize(ReadOnlySpan<float> weights, Span<float> losses)
    {
        for (int row = 0; row < losses.Length; row++)
        {
            Span<float> maxima = _maxima.AsSpan(row * Blocks, Blocks), sums = _sums.AsSpan(row * Blocks, Blocks);
            float maximum = maxima[^1];
            double sum = 0;
            for (int block = 0; block < Blocks; block++)
            {
                maxima[block] = maxima[block] == maximum ? 1 : MathF.Exp(maxima[block] - maximum);
                sum += (double)sums[block] * maxima[block];
            }

            // Rounding can leave a sure token a hair below 0.
            losses[row] = (float)Math.Max(0, Math.Log(sum) + maximum - _targetLogits[row]);
            for (int block = 0; block < Blocks; block++)
                sums[block] = (float)(weights[row] * (maxima[block] / sum));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate(float* hidden, int rows, float* hiddenGradient, float* weightGradient, float* biasGradient)
    {
        int size = output.Size;
        RightFactor weight = output.Weight.AsRight;
        for (int block = 0; block < Blocks; block++)
        {
            int start = block * BlockColumns, tokens = Math.Min(BlockColumns, output.VocabularySize - start);
            float* exponentials = _exponentials.Pointer + start, gradient = weightGradient + (long)start * size;
            for (int row = 0; row < rows; row++)
            {
                float scale = _sums[row * Blocks + block];
                VectorRows.Scale(hidden + (nint)row * size, scale, _scaled.Pointer + (nint)row * size, size);
                VectorRows.AddScaled(exponentials + (nint)row * RowLength, scale, biasGradient + start, Math.Min(BlockColumns, _columns - start));
            }

            PanelKernel.Multiply(
                new LeftFactor(exponentials, 1, RowLength), new RightFactor(_scaled.Pointer, size, PanelKernel.PanelColumns),
                gradient, size, gradient, size, tokens, rows, size);
            PanelKernel.Multiply(
                new LeftFactor(exponentials, RowLength, 1), weight with { Address = (nint)(weight.Values + (long)start * size) },
                null, 0, _product.Pointer, size, rows, tokens, size);
            for (int row = 0; row < rows; row++)
                VectorRows.AddScaled(_product.Pointer + (nint)row * size, _sums[row * Blocks + block], hiddenGradient + (nint)row * size, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SubtractTargets(
        float* hidden, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, float* hiddenGradient, float* weightGradient, float* biasGradient)
    {
        int size = output.Size;
        for (int row = 0; row < targets.Length; row++)
        {
            long start = (long)targets[row] * size;
            VectorRows.AddScaled(hidden + (nint)row * size, -weights[row], weightGradient + start, size);
            VectorRows.AddScaled(output.Weight.Rows + start, -weights[row], hiddenGradient + (nint)row * size, size);
            biasGradient[targets[row]] -= weights[row];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Maximum(float* values, int length, float atLeast)
    {
        Vector256<float> even = Vector256.Create(atLeast), odd = even;
        for (int i = 0; i < length; i += PanelKernel.PanelColumns)
        {
            even = Vector256.MaxNative(even, Vector256.Load(values + i));
            odd = Vector256.MaxNative(odd, Vector256.Load(values + i + 8));
        }

        Vector256<float> both = Vector256.MaxNative(even, odd);
        float maximum = both[0];
        for (int lane = 1; lane < Vector256<float>.Count; lane++)
            maximum = Math.Max(maximum, both[lane]);
        return maximum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentiate(float* values, int length, float maximum)
    {
        // Where nothing is allowed yet, all logits are minus infinity, and so is the greatest.
        Vector256<float> even = default, odd = default, shift = Vector256.Create(float.IsNegativeInfinity(maximum) ? 0 : maximum);
        for (int i = 0; i < length; i += PanelKernel.PanelColumns)
        {
            Vector256<float> low = VectorMath.Exp(Vector256.Load(values + i) - shift), high = VectorMath.Exp(Vector256.Load(values + i + 8) - shift);
            low.Store(values + i);
            high.Store(values + i + 8);
            even += low;
            odd += high;
        }

        return Vector256.Sum(even + odd);
    }
}
