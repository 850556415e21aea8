namespace SeqGan.Generation;

/// <summary>The output layer's weights and the sums of their gradients.</summary>
internal sealed unsafe class OutputWeights
{
    private readonly Parameter _bias;

    public OutputWeights(SequenceNetwork network, SequenceFormat format, Kernels kernels)
    {
        _bias = network.OutputBias;
        VocabularySize = (int)_bias.NumberOfElements;
        Biases = new CompiledOutput(network.HiddenSize, format);

        // Tied embeddings also have rows that are no tokens of the output: the start and the labels.
        PaddedShape shape = PaddedShape.OfMatrix(network.OutputWeight) with { Rows = VocabularySize, PaddedRows = VocabularySize };
        Matrix = new MatrixWeights(network.OutputWeight, shape, Biases.Weight, kernels);
        BiasGradient = new GradientSum(_bias, PaddedShape.OfVector(_bias, 1, 0), kernels);
    }

    public MatrixWeights Matrix { get; }

    public CompiledOutput Biases { get; }

    public GradientSum BiasGradient { get; }

    public int VocabularySize { get; }

    /// <summary>The size of the hidden state, padded.</summary>
    public int Size => Matrix.InputColumns;

    /// <summary>Reads the network's present weights.</summary>
    public void Load()
    {
        Biases.LoadBias(new ReadOnlySpan<float>(TensorMemory.Of(_bias), VocabularySize));
        Matrix.Load();
    }
}

/// <summary>
/// The output layer, softmax and cross-entropy of some tokens, and their gradients, in tiles of rows: each exponential is computed once and
/// never normalised. Its scale goes to the narrow side of the products.
/// </summary>
internal sealed unsafe class OutputPass(OutputWeights output, Kernels kernels)
{
    private const int TileRowsUnit = 48, MaximumTileRows = 240, TileElements = 1 << 22;
    private const int BlockColumns = Kernels.SectionColumns, WordBits = 64;

    private readonly int _columns = output.Matrix.OutputColumns;
    private readonly AlignedArray _exponentials = new(), _scaled = new(), _product = new();
    private float[] _targetLogits = [], _maxima = [], _sums = [];

    private int Blocks => (_columns + BlockColumns - 1) / BlockColumns;

    // An odd number of cache lines: rows a power of two apart would fight for the same places.
    private int RowLength => _columns / PackedMatrix.BlockColumns % 2 == 0 ? _columns + PackedMatrix.BlockColumns : _columns;

    // Each tile reads and writes arrays of the weights' size, and its exponentials: the larger the state, the longer tiles pay.
    private int TileRows => Math.Clamp(
        Math.Min(output.Size, TileElements / RowLength) / TileRowsUnit * TileRowsUnit, TileRowsUnit, MaximumTileRows);

    /// <summary>
    /// Rows of hidden states, [rows, size], to losses, the negative log-likelihoods of the tokens that followed. Adds to the states'
    /// gradient and to a part of the output layer's. Weights are the losses' factors; allowed are the tokens that could have followed as
    /// bits, [rows, words], empty if all could. Generated tokens are never the unknown one.
    /// </summary>
    public void Run(
        float* hidden, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, ReadOnlySpan<ulong> allowed, bool areGenerated,
        Span<float> losses, float* hiddenGradient, int part)
    {
        float* bias = (areGenerated ? output.Biases.Bias : output.Biases.DataBias).Pointer;
        float* weightGradient = output.Matrix.Gradient.Of(part), biasGradient = output.BiasGradient.Begin(part);
        int tileRows = TileRows, words = allowed.Length / Math.Max(1, targets.Length);
        Reserve(tileRows);
        for (int first = 0; first < targets.Length; first += tileRows)
        {
            int rows = Math.Min(tileRows, targets.Length - first);
            float* tile = hidden + (nint)first * output.Size;
            Exponentiate(tile, bias, targets.Slice(first, rows), allowed.Slice(first * words, rows * words));
            Normalize(weights.Slice(first, rows), losses.Slice(first, rows));
            Differentiate(tile, rows, first == 0, hiddenGradient + (nint)first * output.Size, weightGradient, biasGradient);
            SubtractTargets(
                tile, targets.Slice(first, rows), weights.Slice(first, rows), hiddenGradient + (nint)first * output.Size,
                weightGradient, biasGradient);
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
    private void Exponentiate(float* hidden, float* bias, ReadOnlySpan<int> targets, ReadOnlySpan<ulong> allowed)
    {
        RightFactor weight = output.Matrix.Packed.Factor;
        int words = allowed.Length / targets.Length;
        for (int block = 0; block < Blocks; block++)
        {
            int start = block * BlockColumns, columns = Math.Min(BlockColumns, _columns - start);
            float* logits = _exponentials.Pointer + start;
            kernels.Multiply(
                new LeftFactor(hidden, output.Size, 1),
                new RightFactor(weight.Values + start / PackedMatrix.BlockColumns * weight.Block, weight.Depth, weight.Block),
                bias + start, 0, logits, RowLength, targets.Length, output.Matrix.Packed.Inputs, columns);
            for (int row = 0; row < targets.Length; row++)
            {
                float* values = logits + (nint)row * RowLength;
                if (words > 0)
                    MaskKernel.Apply(values, columns, allowed.Slice(row * words, words)[(start / WordBits)..]);
                if ((uint)(targets[row] - start) < (uint)columns)
                    _targetLogits[row] = values[targets[row] - start];
                int index = row * Blocks + block;
                float largest = kernels.Largest(values, columns), sum;
                _maxima[index] = largest = block == 0 ? largest : Math.Max(largest, _maxima[index - 1]);

                // As long as nothing is allowed, all logits are minus infinity, and so is the largest.
                _sums[index] = kernels.Exponentiate(values, columns, float.IsNegativeInfinity(largest) ? 0 : largest, 1, &sum);
            }
        }
    }

    // Replaces a block's sum by the factor of its exponentials: weight times probability.
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

    private void Differentiate(
        float* hidden, int rows, bool isFirst, float* hiddenGradient, float* weightGradient, float* biasGradient)
    {
        int size = output.Size;
        RightFactor weight = output.Matrix.Backward.Matrix.Factor;
        for (int block = 0; block < Blocks; block++)
        {
            int start = block * BlockColumns, tokens = Math.Min(BlockColumns, output.VocabularySize - start);
            int columns = Math.Min(BlockColumns, _columns - start);
            float* exponentials = _exponentials.Pointer + start, gradient = weightGradient + (long)start * size;
            for (int row = 0; row < rows; row++)
            {
                float scale = _sums[row * Blocks + block];
                float* scaled = _scaled.Pointer + (nint)row * PackedMatrix.BlockColumns;
                kernels.Scale(hidden + (nint)row * size, scale, scaled, (nint)rows * PackedMatrix.BlockColumns, size);
                kernels.AddScaled(exponentials + (nint)row * RowLength, scale, biasGradient + start, columns);
            }

            kernels.Multiply(
                new LeftFactor(exponentials, 1, RowLength), RightFactor.OfBlocks(_scaled.Pointer, rows),
                isFirst ? null : gradient, size, gradient, size, tokens, rows, size);
            kernels.Multiply(
                new LeftFactor(exponentials, RowLength, 1), new RightFactor(
                    weight.Values + start * weight.Depth, weight.Depth, weight.Block),
                null, 0, _product.Pointer, size, rows, tokens, size);
            for (int row = 0; row < rows; row++)
            {
                float scale = _sums[row * Blocks + block];
                kernels.AddScaled(_product.Pointer + (nint)row * size, scale, hiddenGradient + (nint)row * size, size);
            }
        }
    }

    private void SubtractTargets(
        float* hidden, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights, float* hiddenGradient,
        float* weightGradient, float* biasGradient)
    {
        int size = output.Size, columns = output.Matrix.Backward.Shape.Columns;
        float* rows = output.Matrix.Backward.Values;
        for (int row = 0; row < targets.Length; row++)
        {
            long target = targets[row];
            kernels.AddScaled(hidden + (nint)row * size, -weights[row], weightGradient + target * size, size);
            kernels.AddScaled(rows + target * columns, -weights[row], hiddenGradient + (nint)row * size, columns);
            biasGradient[targets[row]] -= weights[row];
        }
    }
}
