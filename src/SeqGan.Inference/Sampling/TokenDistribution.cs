namespace SeqGan.Sampling;

/// <summary>Turns a row of logits into weights and draws tokens from them.</summary>
internal sealed unsafe class TokenDistribution
{
    // As a 32-bit number a scale beyond these is 0 or infinite, and their products are no numbers; nearer ones already leave the likeliest
    // token alone, or all tokens alike.
    private const double LeastTemperature = 1e-30;

    private readonly Kernels _kernels;
    private readonly int _rowColumns;
    private readonly AlignedArray _sums;
    private readonly float _scale;
    private readonly int _topK;
    private readonly double _topP;
    private AlignedArray? _few;
    private int[] _fewTokens = [];
    private float* _weights;
    private int _columns;
    private float _total;

    /// <summary>For rows of so many columns, minus infinity beyond the vocabulary; the sums are room for a row's sections.</summary>
    public TokenDistribution(Kernels kernels, int vocabularySize, int columns, AlignedArray sums, SamplingOptions options)
    {
        (_kernels, _rowColumns, _sums, _scale) = (kernels, columns, sums, Scale(options.Temperature));
        _topK = options.TopK is { } k && k < vocabularySize ? k : 0;
        _topP = options.TopP < 1 ? options.TopP : 0;
    }

    /// <summary>What a difference of logits is multiplied by.</summary>
    public static float Scale(double temperature) => (float)(1 / Math.Clamp(temperature, LeastTemperature, 1 / LeastTemperature));

    /// <summary>
    /// Takes a row of logits, which become weights; it is used until the next one is taken. Only allowed tokens, at least one, can be
    /// drawn; null means all.
    /// </summary>
    public void Take(float* logits, AllowedTokens? allowed = null)
    {
        bool areFew = allowed is { AreFew: true };
        if (areFew)
            logits = Gather(logits, allowed!.Tokens);
        else if (allowed is not null)
            MaskKernel.Apply(logits, _rowColumns, allowed.Bits);
        _weights = logits;
        _columns = areFew ? PackedMatrix.Pad(allowed!.Count) : _rowColumns;
        _fewTokens = areFew ? allowed!.TokenArray : [];
        _total = _kernels.Exponentiate(logits, _columns, _kernels.Largest(logits, _columns), _scale, _sums.Pointer);
        if (_topK > 0)
            KeepLikeliest();
        if (_topP > 0)
            KeepNucleus();
        if (_topK > 0 || _topP > 0)
            _total = _kernels.SumSections(logits, _columns, _sums.Pointer);
    }

    /// <summary>Draws a token.</summary>
    /// <param name="uniform">In [0, 1), a multiple of 2^-23.</param>
    public int Draw(float uniform)
    {
        int column = _kernels.Draw(_weights, _columns, _sums.Pointer, _total, uniform);
        return _fewTokens.Length > 0 ? _fewTokens[column] : column;
    }

    // The few logits close together, as a row of their own.
    private float* Gather(float* logits, ReadOnlySpan<int> tokens)
    {
        _few ??= new AlignedArray(PackedMatrix.Pad(_rowColumns));
        float* row = _few.Pointer;
        for (int i = 0; i < tokens.Length; i++)
            row[i] = logits[tokens[i]];
        new Span<float>(row + tokens.Length, PackedMatrix.Pad(tokens.Length) - tokens.Length).Fill(float.NegativeInfinity);
        return row;
    }

    private void KeepLikeliest()
    {
        if (_kernels.CountAbove(_weights, _columns, 0) <= _topK)
            return;
        float boundary = FindBoundary(isCount: true, _topK);
        Truncate(boundary, _topK - _kernels.CountAbove(_weights, _columns, boundary));
    }

    private void KeepNucleus()
    {
        double mass = _topP * _kernels.SumAbove(_weights, _columns, 0);
        float boundary = FindBoundary(isCount: false, mass);
        double missing = mass - _kernels.SumAbove(_weights, _columns, boundary);
        Truncate(boundary, (int)Math.Min(_columns, Math.Ceiling(missing / boundary)));
    }

    // The smallest weight above which too little is left, found by halving: positive numbers are ordered as their bits are.
    private float FindBoundary(bool isCount, double enough)
    {
        int low = 0, high = BitConverter.SingleToInt32Bits(1f);
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            float weight = BitConverter.Int32BitsToSingle(middle);
            double above = isCount ? _kernels.CountAbove(_weights, _columns, weight) : _kernels.SumAbove(_weights, _columns, weight);
            (low, high) = above < enough ? (low, middle) : (middle, high);
        }

        return BitConverter.Int32BitsToSingle(high);
    }

    /// <summary>Removes what is below the boundary, and of what equals it all but the first few.</summary>
    private void Truncate(float boundary, int keptAtBoundary)
    {
        for (int token = 0; token < _columns; token++)
        {
            if (_weights[token] < boundary || (_weights[token] == boundary && keptAtBoundary-- <= 0))
                _weights[token] = 0;
        }
    }
}
