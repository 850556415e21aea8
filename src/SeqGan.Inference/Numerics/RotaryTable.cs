namespace SeqGan.Numerics;

/// <summary>
/// The angles of rotary positions (Su et al.: "RoFormer: Enhanced Transformer with Rotary Position Embedding", 2021): pair i of a head of
/// size d turns by position x 10000^(-2i/d).
/// </summary>
/// <remarks>
/// From additions, multiplications and divisions in double precision alone: the C library's functions differ between systems, and the
/// tokens may not.
/// </remarks>
internal sealed unsafe class RotaryTable
{
    private const double LogBase = 9.210340371976184;
    private const int FirstPositions = 32;

    private readonly double[] _stepCosines, _stepSines, _cosines, _sines;
    private AlignedArray _rows = new();

    public RotaryTable(int headSize)
    {
        Pairs = headSize / 2;
        double[] angles = [.. Enumerable.Range(0, Pairs).Select(pair => Exp(-LogBase * pair / Pairs))];
        _stepCosines = Array.ConvertAll(angles, angle => Series(angle, 0));
        _stepSines = Array.ConvertAll(angles, angle => Series(angle, 1));
        (_cosines, _sines) = (new double[Pairs], new double[Pairs]);
        Array.Fill(_cosines, 1);
    }

    /// <summary>The pairs of a head.</summary>
    public int Pairs { get; }

    /// <summary>How many positions are known.</summary>
    public int Count { get; private set; }

    /// <summary>A position's cosines; the sines follow them. Valid until more positions are asked for.</summary>
    public float* this[int position] => _rows.Pointer + ((nint)position * 2 * Pairs);

    /// <summary>All cosines and sines, [<see cref="Count"/>, 2, <see cref="Pairs"/>], and room.</summary>
    public ReadOnlySpan<float> Values => _rows.Span;

    /// <summary>Makes so many positions known.</summary>
    public void Reserve(int positions)
    {
        if (positions > _rows.Length / (2 * Pairs))
        {
            var rows = new AlignedArray(Math.Max(positions, Math.Max(FirstPositions, 2L * Count)) * 2 * Pairs);
            _rows.Span.CopyTo(rows.Span);
            _rows = rows;
        }

        for (; Count < positions; Count++)
        {
            Span<float> row = _rows.Span.Slice(Count * 2 * Pairs, 2 * Pairs);
            for (int pair = 0; pair < Pairs; pair++)
            {
                (double cosine, double sine) = (_cosines[pair], _sines[pair]);
                (row[pair], row[Pairs + pair]) = ((float)cosine, (float)sine);
                _cosines[pair] = (cosine * _stepCosines[pair]) - (sine * _stepSines[pair]);
                _sines[pair] = (sine * _stepCosines[pair]) + (cosine * _stepSines[pair]);
            }
        }
    }

    private static double Exp(double x)
    {
        const int Halvings = 6;
        double term = 1, sum = 1, reduced = x / (1 << Halvings);
        for (int n = 1; n < 16; n++)
            sum += term *= reduced / n;
        for (int i = 0; i < Halvings; i++)
            sum *= sum;
        return sum;
    }

    // The cosine's series begins with power 0, the sine's with 1.
    private static double Series(double angle, int firstPower)
    {
        double term = firstPower == 0 ? 1 : angle, sum = term;
        for (int n = firstPower + 1; n < 24; n += 2)
            sum += term *= -angle * angle / (n * (n + 1));
        return sum;
    }
}
