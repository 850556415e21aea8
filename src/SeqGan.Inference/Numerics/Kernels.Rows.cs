using System.Runtime.Intrinsics;

namespace SeqGan.Numerics;

/// <summary>What is done to rows: sums, products and blends of any length, and from logits to one token.</summary>
internal sealed unsafe partial class Kernels<TLanes>
{
    private const float GeluLinear = 1.5957691f, GeluCubic = 0.07135481f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaled(float* values, float scale, float* target, int length)
    {
        TLanes factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
            TLanes.Store(TLanes.MultiplyAdd(factor, TLanes.Load(values + i), TLanes.Load(target + i)), target + i);
        for (; i < length; i++)
            target[i] = MathF.FusedMultiplyAdd(scale, values[i], target[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Scale(float* values, float scale, float* target, nint block, int length)
    {
        TLanes factor = TLanes.Broadcast(scale);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes, target += block)
            TLanes.Store(factor * TLanes.Load(values + i), target);
        for (; i < length; i++)
            *target++ = scale * values[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Highway(float* x, float* h, float* hBias, float* t, float* tBias, int length)
    {
        int whole = length / Lanes * Lanes, rest = length - whole;
        HighwayLanes(x, h, hBias, t, tBias, whole);
        if (rest == 0)
            return;

        // The rest of a row as lanes of its own: what is beyond belongs to the next row.
        float* lanes = stackalloc float[5 * Lanes];
        nint* rows = stackalloc nint[] { (nint)x, (nint)h, (nint)hBias, (nint)t, (nint)tBias };
        for (int row = 0; row < 5; row++)
            new ReadOnlySpan<float>((float*)rows[row] + whole, rest).CopyTo(new Span<float>(lanes + (row * Lanes), rest));
        HighwayLanes(lanes, lanes + Lanes, lanes + (2 * Lanes), lanes + (3 * Lanes), lanes + (4 * Lanes), Lanes);
        new ReadOnlySpan<float>(lanes, rest).CopyTo(new Span<float>(x + whole, rest));
    }

    // In two loops: the compiler does not inline as much as one would need.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void HighwayLanes(float* x, float* h, float* hBias, float* t, float* tBias, int length)
    {
        for (int i = 0; i < length; i += Lanes)
            TLanes.Store(LaneFunctions.Sigmoid(TLanes.Load(t + i) + TLanes.Load(tBias + i)), t + i);
        TLanes zero = TLanes.Broadcast(0);
        for (int i = 0; i < length; i += Lanes)
        {
            TLanes input = TLanes.Load(x + i), transformed = TLanes.Max(zero, TLanes.Load(h + i) + TLanes.Load(hBias + i));
            TLanes.Store(input + (TLanes.Load(t + i) * (transformed - input)), x + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(float* x, float* weight, float* y, int length)
    {
        int whole = length / Lanes * Lanes;
        float scale = Centre(x, y, length);
        TLanes factor = TLanes.Broadcast(scale);
        for (int i = 0; i < whole; i += Lanes)
            TLanes.Store(TLanes.Load(y + i) * factor * TLanes.Load(weight + i), y + i);
        for (int i = whole; i < length; i++)
            y[i] = y[i] * scale * weight[i];
    }

    // y becomes x without its mean; returns what brings it to a variance of 1.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Centre(float* x, float* y, int length)
    {
        const float Epsilon = 1e-5f;
        int whole = length / Lanes * Lanes;
        TLanes sum = TLanes.Broadcast(0);
        for (int i = 0; i < whole; i += Lanes)
            sum += TLanes.Load(x + i);
        float total = TLanes.Sum(sum);
        for (int i = whole; i < length; i++)
            total += x[i];
        float mean = total / length;
        TLanes shift = TLanes.Broadcast(mean), squares = TLanes.Broadcast(0);
        for (int i = 0; i < whole; i += Lanes)
        {
            TLanes centred = TLanes.Load(x + i) - shift;
            TLanes.Store(centred, y + i);
            squares = TLanes.MultiplyAdd(centred, centred, squares);
        }

        total = TLanes.Sum(squares);
        for (int i = whole; i < length; i++)
        {
            y[i] = x[i] - mean;
            total = MathF.FusedMultiplyAdd(y[i], y[i], total);
        }

        return 1 / MathF.Sqrt((total / length) + Epsilon);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizeBackward(
        float* x, float* weight, float* yGradient, float* xGradient, float* weightGradient, int length)
    {
        // What x becomes before the weight, z, overwrites x.
        int whole = length / Lanes * Lanes;
        float scale = Centre(x, x, length);
        TLanes factor = TLanes.Broadcast(scale), sum = TLanes.Broadcast(0), product = TLanes.Broadcast(0);
        for (int i = 0; i < whole; i += Lanes)
        {
            TLanes z = TLanes.Load(x + i) * factor, dy = TLanes.Load(yGradient + i), dz = dy * TLanes.Load(weight + i);
            TLanes.Store(TLanes.MultiplyAdd(dy, z, TLanes.Load(weightGradient + i)), weightGradient + i);
            TLanes.Store(z, x + i);
            sum += dz;
            product = TLanes.MultiplyAdd(dz, z, product);
        }

        (float sums, float products) = (TLanes.Sum(sum), TLanes.Sum(product));
        for (int i = whole; i < length; i++)
        {
            (float z, float dz) = (x[i] * scale, yGradient[i] * weight[i]);
            weightGradient[i] = MathF.FusedMultiplyAdd(yGradient[i], z, weightGradient[i]);
            x[i] = z;
            sums += dz;
            products = MathF.FusedMultiplyAdd(dz, z, products);
        }

        (float mean, float share) = (sums / length, products / length);
        TLanes means = TLanes.Broadcast(mean), shares = TLanes.Broadcast(share);
        for (int i = 0; i < whole; i += Lanes)
        {
            TLanes dz = (TLanes.Load(yGradient + i) * TLanes.Load(weight + i)) - means - (TLanes.Load(x + i) * shares);
            TLanes.Store(TLanes.MultiplyAdd(factor, dz, TLanes.Load(xGradient + i)), xGradient + i);
        }

        for (int i = whole; i < length; i++)
        {
            float dz = (yGradient[i] * weight[i]) - mean - (x[i] * share);
            xGradient[i] = MathF.FusedMultiplyAdd(scale, dz, xGradient[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Gelu(float* x, float* y, int count)
    {
        TLanes linear = TLanes.Broadcast(GeluLinear), cubic = TLanes.Broadcast(GeluCubic);
        for (int i = 0; i < count; i += Lanes)
        {
            TLanes value = TLanes.Load(x + i);
            TLanes.Store(value * LaneFunctions.Sigmoid(value * TLanes.MultiplyAdd(value * value, cubic, linear)), y + i);
        }
    }

    // Of x s(u): s + x s (1 - s) du/dx.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GeluBackward(float* x, float* gradient, int count)
    {
        TLanes linear = TLanes.Broadcast(GeluLinear), cubic = TLanes.Broadcast(GeluCubic), slope = TLanes.Broadcast(3 * GeluCubic);
        TLanes one = TLanes.Broadcast(1);
        for (int i = 0; i < count; i += Lanes)
        {
            TLanes value = TLanes.Load(x + i), square = value * value;
            TLanes s = LaneFunctions.Sigmoid(value * TLanes.MultiplyAdd(square, cubic, linear));
            TLanes inner = value * (one - s) * TLanes.MultiplyAdd(square, slope, linear);
            TLanes.Store(TLanes.Load(gradient + i) * TLanes.MultiplyAdd(s, inner, s), gradient + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Rotate(float* first, float* second, float* cosines, float* sines, int count)
    {
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            TLanes a = TLanes.Load(first + i), b = TLanes.Load(second + i);
            TLanes cosine = TLanes.Load(cosines + i), sine = TLanes.Load(sines + i);
            TLanes.Store((a * cosine) - (b * sine), first + i);
            TLanes.Store((b * cosine) + (a * sine), second + i);
        }

        for (; i < count; i++)
            (first[i], second[i]) = ((first[i] * cosines[i]) - (second[i] * sines[i]), (second[i] * cosines[i]) + (first[i] * sines[i]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SoftmaxBackward(float* probabilities, float* gradient, float scale, int columns)
    {
        TLanes sum = TLanes.Broadcast(0), factor = TLanes.Broadcast(scale);
        for (int i = 0; i < columns; i += Lanes)
            sum = TLanes.MultiplyAdd(TLanes.Load(probabilities + i), TLanes.Load(gradient + i), sum);
        TLanes mean = TLanes.Broadcast(TLanes.Sum(sum));
        for (int i = 0; i < columns; i += Lanes)
            TLanes.Store(TLanes.Load(probabilities + i) * (TLanes.Load(gradient + i) - mean) * factor, gradient + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Largest(float* logits, int columns)
    {
        TLanes largest = TLanes.Load(logits);
        for (int i = Lanes; i < columns; i += Lanes)
            largest = TLanes.Max(largest, TLanes.Load(logits + i));
        return TLanes.Largest(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Exponentiate(float* logits, int columns, float largest, float scale, float* sums)
    {
        TLanes shift = TLanes.Broadcast(largest), factor = TLanes.Broadcast(scale);
        float total = 0;
        for (int start = 0; start < columns; start += SectionColumns)
        {
            TLanes sum = TLanes.Broadcast(0);
            int end = Math.Min(columns, start + SectionColumns);
            for (int i = start; i < end; i += Lanes)
            {
                TLanes weight = LaneFunctions.Exp((TLanes.Load(logits + i) - shift) * factor);
                TLanes.Store(weight, logits + i);
                sum += weight;
            }

            total += sums[start / SectionColumns] = TLanes.Sum(sum);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int Draw(float* values, int columns, float* sums, float total, float uniform)
    {
        float threshold = uniform * total, cumulated = 0;
        int section = 0;
        while (section < Sections(columns) - 1 && cumulated + sums[section] <= threshold)
            cumulated += sums[section++];
        int start = section * SectionColumns, end = Math.Min(columns, start + SectionColumns);
        for (int i = start; i < end; i += Lanes)
        {
            float sum = TLanes.Sum(TLanes.Load(values + i));
            if (cumulated + sum <= threshold)
            {
                cumulated += sum;
                continue;
            }

            for (int token = i; token < i + Lanes; token++)
            {
                cumulated += values[token];
                if (cumulated > threshold)
                    return token;
            }
        }

        // Two differently rounded sums: the draw fell between the section's last token and its end.
        int last = end - 1;
        while (last > start && values[last] == 0)
            last--;
        return last;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float SumAbove(float* values, int columns, float limit)
    {
        TLanes sum = TLanes.Broadcast(0), bound = TLanes.Broadcast(limit);
        for (int i = 0; i < columns; i += Lanes)
        {
            TLanes value = TLanes.Load(values + i);
            sum += TLanes.WhereAbove(value, bound, value);
        }

        return TLanes.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override int CountAbove(float* values, int columns, float limit)
    {
        TLanes sum = TLanes.Broadcast(0), bound = TLanes.Broadcast(limit), one = TLanes.Broadcast(1);
        for (int i = 0; i < columns; i += Lanes)
            sum += TLanes.WhereAbove(TLanes.Load(values + i), bound, one);
        return (int)TLanes.Sum(sum);
    }
}

/// <summary>Takes tokens out of a row of logits.</summary>
internal static unsafe class MaskKernel
{
    private const int WordBits = 64;

    /// <summary>Makes the logits of tokens whose bit is 0, bit i of word w for token 64 w + i, minus infinity; a multiple of 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* logits, int columns, ReadOnlySpan<ulong> allowed)
    {
        Vector256<int> lanes = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        Vector256<float> never = Vector256.Create(float.NegativeInfinity);
        for (int word = 0, start = 0; start < columns; word++, start += WordBits)
        {
            ulong bits = word < allowed.Length ? allowed[word] : 0;
            if (bits == ulong.MaxValue)
                continue;
            int end = Math.Min(columns, start + WordBits);
            for (int i = start; i < end; i += Vector256<float>.Count, bits >>= 8)
            {
                Vector256<int> forbidden = Vector256.Equals(Vector256.Create((int)(bits & 0xFF)) & lanes, Vector256<int>.Zero);
                Vector256.ConditionalSelect(forbidden.AsSingle(), never, Vector256.Load(logits + i)).Store(logits + i);
            }
        }
    }
}
