using System.Runtime.Intrinsics;

namespace SeqGan.Tests;

public sealed class EmulatedMultiplyAddTests
{
    private static readonly float[] s_special =
        [0, -0f, 1, -1, float.Epsilon, -float.Epsilon, 1.17549435e-38f, 1.17549421e-38f, float.MaxValue, float.MinValue,
            float.PositiveInfinity, float.NegativeInfinity, 1.0000001f, 0.99999994f, float.NaN];

    [Fact]
    public void Compute_RandomBits_EqualsTheFusedInstruction()
    {
        var random = new Random(1);
        float Next() => BitConverter.Int32BitsToSingle((int)random.NextInt64(1L << 32));
        for (int i = 0; i < 300_000; i++)
            AssertEqual(Four(Next), Four(Next), Four(Next));
    }

    [Fact]
    public void Compute_ProductsNearTheAddend_EqualsTheFusedInstruction()
    {
        // Exponents near each other, with sums below the normal numbers and above the largest among them.
        var random = new Random(2);
        foreach (int exponent in (int[])[-70, -64, -50, 0, 60, 63])
        {
            float Factor() => (float)Math.ScaleB(random.NextDouble() - 0.5, exponent + random.Next(4));
            float Addend() => (float)Math.ScaleB(random.NextDouble() - 0.5, Math.Min(128, (2 * exponent) + random.Next(-26, 28)));
            for (int i = 0; i < 50_000; i++)
                AssertEqual(Four(Factor), Four(Factor), Four(Addend));
        }
    }

    [Fact]
    public void Compute_HalfWayProductsAndTinyAddends_EqualsTheFusedInstruction()
    {
        // 25 bits with the last one set lie half-way between two floats; the addend, lost in double precision, decides.
        var random = new Random(3);
        for (int i = 0; i < 300_000; i++)
        {
            float scale = (float)Math.ScaleB(1, random.Next(-60, 30));
            float Left() => ((random.Next(1 << 11, 1 << 12) * 2) + 1) * scale;
            float Right() => ((random.Next(1 << 11, 1 << 12) * 2) + 1) * (random.Next(2) == 0 ? 1 : -1);
            float Addend() => random.Next(4) == 0 ? 0 : (float)Math.ScaleB(random.Next(2) == 0 ? scale : -scale, -random.Next(20, 80));
            AssertEqual(Four(Left), Four(Right), Four(Addend));
        }
    }

    [Fact]
    public void Compute_SpecialNumbers_EqualsTheFusedInstruction()
    {
        foreach (float left in s_special)
        {
            foreach (float right in s_special)
            {
                foreach (float addend in s_special)
                    AssertEqual(Vector128.Create(left), Vector128.Create(right), Vector128.Create(addend, 1, -left, right));
            }
        }
    }

    private static Vector128<float> Four(Func<float> next) => Vector128.Create(next(), next(), next(), next());

    private static void AssertEqual(Vector128<float> left, Vector128<float> right, Vector128<float> addend)
    {
        Vector128<float> sum = EmulatedMultiplyAdd.Compute(left, right, addend);
        for (int i = 0; i < 4; i++)
        {
            float expected = MathF.FusedMultiplyAdd(left[i], right[i], addend[i]);
            if (float.IsNaN(expected) ? !float.IsNaN(sum[i])
                : BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(sum[i]))
                Assert.Fail($"{left[i]:r} * {right[i]:r} + {addend[i]:r} gave {sum[i]:r}, not {expected:r}");
        }
    }
}
