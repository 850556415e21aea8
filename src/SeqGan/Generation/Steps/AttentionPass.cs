namespace SeqGan.Generation;

/// <summary>
/// Causal self-attention with rotary positions of a group of sequences, forward and backward, one head of one sequence after another. The
/// backward pass computes the weights of the positions again: to keep them would take the square of the length.
/// </summary>
internal sealed unsafe class AttentionPass(int heads, int headSize, Kernels kernels)
{
    // So many queries are compared with all keys at once. A multiple of every kernel's rows.
    private const int BlockRows = 48;

    private readonly int _columns = PackedMatrix.Pad(headSize), _width = heads * headSize;
    private readonly float _scale = 1 / MathF.Sqrt(headSize);
    private readonly RotaryTable _rotary = new(headSize);
    private readonly AlignedArray _queries = new(), _keys = new(), _values = new(), _results = new();
    private readonly AlignedArray _turnedKeys = new(), _turnedValues = new();
    private readonly AlignedArray _queryGradients = new(), _keyGradients = new(), _valueGradients = new();
    private readonly AlignedArray _weights = new(), _weightGradients = new(), _sums = new();
    private int[] _firstRows = [];

    /// <summary>
    /// Queries, keys and values of all heads, [tokens, 3, heads, head size], to results, [tokens, heads, head size]. Turns the queries and
    /// the keys.
    /// </summary>
    public void Forward(float* projections, int projectionRow, float* results, int resultRow, TrainingGroup group)
    {
        Begin(group);
        for (int position = 0; position < group.Steps.Length; position++)
        {
            for (nint row = _firstRows[position]; row < _firstRows[position] + group.Steps[position]; row++)
            {
                for (int part = 0; part < 2 * heads; part++)
                    Turn(projections + row * projectionRow + part * headSize, position, isBack: false);
            }
        }

        for (int sequence = 0, length; sequence < group.Steps[0]; sequence++)
        {
            length = LengthOf(sequence, group);
            for (int head = 0; head < heads; head++)
            {
                Gather(sequence, length, head, projections, projectionRow);
                for (int first = 0; first < length; first += BlockRows)
                {
                    int rows = Weigh(first, length), end = first + rows;
                    kernels.Multiply(
                        new LeftFactor(_weights.Pointer, PackedMatrix.Pad(length), 1), RightFactor.OfRows(_values.Pointer, _columns),
                        null, 0, Row(_results, first), _columns, rows, end, _columns);
                }

                Copy(_results, results + head * headSize, resultRow, sequence, length, isBack: true);
            }
        }
    }

    /// <summary>The gradient of the results to that of the projections before they were turned.</summary>
    public void Backward(
        float* projections, int projectionRow, float* resultGradients, int resultRow, float* gradients, TrainingGroup group)
    {
        Begin(group);
        for (int sequence = 0, length; sequence < group.Steps[0]; sequence++)
        {
            length = LengthOf(sequence, group);
            for (int head = 0; head < heads; head++)
            {
                Gather(sequence, length, head, projections, projectionRow);
                Copy(_results, resultGradients + head * headSize, resultRow, sequence, length, isBack: false);
                Transpose(_values, _turnedValues, length);
                AlignedArray.Clear(_keyGradients.Pointer, (long)length * _columns);
                AlignedArray.Clear(_valueGradients.Pointer, (long)length * _columns);
                for (int first = 0; first < length; first += BlockRows)
                    Differentiate(first, length);
                for (int position = 0; position < length; position++)
                {
                    Turn(Row(_queryGradients, position), position, isBack: true);
                    Turn(Row(_keyGradients, position), position, isBack: true);
                }

                float* gradient = gradients + head * headSize;
                Copy(_queryGradients, gradient, projectionRow, sequence, length, isBack: true);
                Copy(_keyGradients, gradient + _width, projectionRow, sequence, length, isBack: true);
                Copy(_valueGradients, gradient + 2 * _width, projectionRow, sequence, length, isBack: true);
            }
        }
    }

    private void Begin(TrainingGroup group)
    {
        int longest = group.Steps.Length, padded = PackedMatrix.Pad(longest);
        _rotary.Reserve(longest);
        foreach (AlignedArray rows in (AlignedArray[])
            [_queries, _keys, _values, _results, _queryGradients, _keyGradients, _valueGradients])
            rows.Reserve((long)longest * _columns);
        foreach (AlignedArray turned in (AlignedArray[])[_turnedKeys, _turnedValues])
            turned.Reserve((long)headSize * padded);
        foreach (AlignedArray weights in (AlignedArray[])[_weights, _weightGradients])
            weights.Reserve((long)BlockRows * padded);
        _sums.Reserve(Kernels.Sections(padded));
        if (_firstRows.Length < longest)
            _firstRows = new int[longest];
        for (int position = 1; position < longest; position++)
            _firstRows[position] = _firstRows[position - 1] + group.Steps[position - 1];
    }

    private static int LengthOf(int sequence, TrainingGroup group)
    {
        int length = group.Steps.Length;
        while (group.Steps[length - 1] <= sequence)
            length--;
        return length;
    }

    private float* Row(AlignedArray rows, int position) => rows.Pointer + (nint)position * _columns;

    private void Turn(float* values, int position, bool isBack)
    {
        int pairs = _rotary.Pairs;
        float* second = values + pairs, angles = _rotary[position];
        kernels.Rotate(isBack ? second : values, isBack ? values : second, angles, angles + pairs, pairs);
    }

    private void Gather(int sequence, int length, int head, float* projections, int projectionRow)
    {
        float* start = projections + head * headSize;
        Copy(_queries, start, projectionRow, sequence, length, isBack: false);
        Copy(_keys, start + _width, projectionRow, sequence, length, isBack: false);
        Copy(_values, start + 2 * _width, projectionRow, sequence, length, isBack: false);
        Transpose(_keys, _turnedKeys, length);
    }

    /// <summary>Copies a head of a sequence from the group's rows, or back to them.</summary>
    private void Copy(AlignedArray rows, float* groupRows, int groupRow, int sequence, int length, bool isBack)
    {
        for (int position = 0; position < length; position++)
        {
            float* own = Row(rows, position), other = groupRows + (nint)(_firstRows[position] + sequence) * groupRow;
            new ReadOnlySpan<float>(isBack ? own : other, headSize).CopyTo(new Span<float>(isBack ? other : own, headSize));
        }
    }

    /// <summary>[length, columns] to [head size, padded length].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transpose(AlignedArray rows, AlignedArray turned, int length)
    {
        int padded = PackedMatrix.Pad(length), columns = _columns, size = headSize;
        for (int column = 0; column < size; column++)
        {
            float* source = rows.Pointer + column, target = turned.Pointer + (nint)column * padded;
            for (int position = 0; position < length; position++, source += columns)
                target[position] = *source;
            for (int position = length; position < padded; position++)
                target[position] = 0;
        }
    }

    /// <summary>The weights of the positions up to each of some queries, which add up to 1, [rows, padded length].</summary>
    private int Weigh(int first, int length)
    {
        int padded = PackedMatrix.Pad(length), rows = Math.Min(BlockRows, length - first), columns = PackedMatrix.Pad(first + rows);
        kernels.Multiply(
            new LeftFactor(Row(_queries, first), _columns, 1), RightFactor.OfRows(_turnedKeys.Pointer, padded), null, 0,
            _weights.Pointer, padded, rows, headSize, columns);
        for (int row = 0; row < rows; row++)
        {
            int positions = first + row + 1;
            float* weights = _weights.Pointer + (nint)row * padded;
            new Span<float>(weights + positions, columns - positions).Fill(float.NegativeInfinity);
            float sum = kernels.Exponentiate(weights, columns, kernels.Largest(weights, columns), _scale, _sums.Pointer);
            kernels.Scale(weights, 1 / sum, weights, columns);
        }

        return rows;
    }

    private void Differentiate(int first, int length)
    {
        int padded = PackedMatrix.Pad(length), rows = Weigh(first, length), end = first + rows, columns = PackedMatrix.Pad(end);
        float* weights = _weights.Pointer, gradients = _weightGradients.Pointer, results = Row(_results, first);
        kernels.Multiply(
            new LeftFactor(results, _columns, 1), RightFactor.OfRows(_turnedValues.Pointer, padded), null, 0, gradients, padded, rows,
            headSize, columns);
        for (nint row = 0; row < rows; row++)
            kernels.SoftmaxBackward(weights + row * padded, gradients + row * padded, _scale, columns);
        kernels.Multiply(
            new LeftFactor(gradients, padded, 1), RightFactor.OfRows(_keys.Pointer, _columns), null, 0,
            Row(_queryGradients, first), _columns, rows, end, _columns);
        AddProduct(gradients, Row(_queries, first), _keyGradients.Pointer);
        AddProduct(weights, results, _valueGradients.Pointer);

        void AddProduct(float* left, float* right, float* sum) => kernels.Multiply(
            new LeftFactor(left, 1, padded), RightFactor.OfRows(right, _columns), sum, _columns, sum, _columns, end, rows, _columns);
    }
}
