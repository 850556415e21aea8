namespace SeqGan.Generation;

/// <summary>A few sequences of a batch, as cells of tokens: time step by time step, the longest sequence first, without padding.</summary>
/// <param name="Tokens">The token of each row of the group, an index into the batch's tokens.</param>
/// <param name="Steps">How many sequences have a token at each step.</param>
internal sealed unsafe record TrainingGroup(int[] Tokens, int[] Steps)
{
    /// <summary>Cuts a batch into groups of consecutive sequences; those without a token are left out.</summary>
    public static TrainingGroup[] Cut(TrainingTokens tokens, int groups)
    {
        (int First, int Length)[] sequences = tokens.Sequences().ToArray();
        int size = (sequences.Length + groups - 1) / groups;
        return [.. sequences.Chunk(size).Select(Create)];
    }

    private static TrainingGroup Create((int First, int Length)[] sequences)
    {
        (int First, int Length)[] ordered = [.. sequences.OrderByDescending(sequence => sequence.Length)];
        var steps = new int[ordered[0].Length];
        var tokens = new List<int>();
        for (int step = 0; step < steps.Length; step++)
        {
            while (steps[step] < ordered.Length && ordered[steps[step]].Length > step)
                tokens.Add(ordered[steps[step]++].First + step);
        }

        return new TrainingGroup([.. tokens], steps);
    }

    /// <summary>Applies the dropout of a site to the group's rows, [rows, width], if the batch has any.</summary>
    public void Drop(TrainingTokens tokens, int site, float* values, float* destination, int width)
    {
        for (int row = 0; tokens.Dropout is { } dropout && row < Tokens.Length; row++)
        {
            ReadOnlySpan<float> factors = dropout.Of(site, tokens.RowOf(Tokens[row]));
            long start = (long)row * width;
            DropoutMasks.Multiply(new ReadOnlySpan<float>(values + start, width), factors, new Span<float>(destination + start, width));
        }
    }
}

/// <summary>Forward and backward through the network for one group of sequences; the buffers are used again for the next.</summary>
internal sealed unsafe class GroupPass(Parameter embedding, HiddenWeights hidden, OutputWeights output, Kernels kernels)
{
    private readonly PaddedShape _inputShape = PaddedShape.OfMatrix(embedding);
    private readonly HiddenPass _hidden = hidden.CreatePass();
    private readonly OutputPass _output = new(output, kernels);
    private readonly AlignedArray _inputs = new(), _inputGradients = new();
    private int[] _targets = [];
    private float[] _weights = [], _losses = [];
    private ulong[] _allowed = [];

    /// <summary>
    /// Adds to a part of the gradients' sums, and writes the group's share of the batch's negative log-likelihoods and of the gradients of
    /// its embedded inputs, [tokens, padded size].
    /// </summary>
    public void Run(TrainingTokens tokens, TrainingGroup group, int part, float[] losses, float* inputGradients)
    {
        int rows = group.Tokens.Length, size = _inputShape.PaddedColumns;
        Gather(tokens, group);
        _output.Run(
            _hidden.Forward(_inputs.Pointer, tokens, group), _targets.AsSpan(0, rows), _weights.AsSpan(0, rows),
            _allowed.AsSpan(0, rows * tokens.AllowedWords), tokens.AreGenerated, _losses.AsSpan(0, rows), _hidden.HiddenGradient, part);
        _hidden.Backward(_inputs.Pointer, _inputGradients.Pointer, tokens, group, part);
        group.Drop(tokens, 0, _inputGradients.Pointer, _inputGradients.Pointer, size);
        for (int row = 0; row < rows; row++)
        {
            losses[group.Tokens[row]] = _losses[row];
            Row(_inputGradients.Pointer, row).CopyTo(new Span<float>(inputGradients + (long)group.Tokens[row] * size, size));
        }
    }

    private void Gather(TrainingTokens tokens, TrainingGroup group)
    {
        int rows = group.Tokens.Length, columns = _inputShape.Columns;
        if (_targets.Length < rows)
            (_targets, _weights, _losses) = (new int[rows], new float[rows], new float[rows]);
        float* embeddings = TensorMemory.Of(embedding);
        long length = (long)rows * _inputShape.PaddedColumns;
        AlignedArray.Clear(_inputs.Reserve(length), length);
        AlignedArray.Clear(_inputGradients.Reserve(length), length);
        for (int row = 0; row < rows; row++)
        {
            int token = group.Tokens[row];
            _targets[row] = (int)tokens.Targets[token];
            _weights[row] = tokens.Weights[token] / tokens.Count;
            new ReadOnlySpan<float>(embeddings + tokens.InputOf(token) * columns, columns).CopyTo(Row(_inputs.Pointer, row));
        }

        group.Drop(tokens, 0, _inputs.Pointer, _inputs.Pointer, _inputShape.PaddedColumns);
        int words = tokens.AllowedWords;
        if (_allowed.Length < rows * words)
            _allowed = new ulong[rows * words];
        for (int row = 0; words > 0 && row < rows; row++)
            tokens.Allowed.AsSpan(group.Tokens[row] * words, words).CopyTo(_allowed.AsSpan(row * words));
    }

    private Span<float> Row(float* values, int row) => new(values + (long)row * _inputShape.PaddedColumns, _inputShape.PaddedColumns);
}
