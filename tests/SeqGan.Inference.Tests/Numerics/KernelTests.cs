using CsCheck;

namespace SeqGan.Tests;

public sealed unsafe class KernelTests
{
    private static readonly Kernels s_reference = Kernels.All[^1];

    private static Gen<(int Rows, int Inputs, int Columns, int Seed)> Shapes =>
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 70], Gen.Int[1, 700], Gen.Int);

    private static Gen<(int Columns, int Seed)> Vectors => Gen.Select(Gen.Int[1, 700], Gen.Int);

    [Fact]
    public void All_NarrowToWide_EndWithTheScalarReference() =>
        Assert.Equal(["512", "256", "128", "scalar"], Kernels.All.Select(kernels => kernels.ToString()));

    [Fact]
    public void MultiplyAdd_AnyShape_EqualsTheScalarKernelBitForBit() => Shapes.Sample(
        (rows, inputs, columns, seed) =>
        {
            var product = new Product(rows, inputs, columns, seed);
            int[] expected = product.Compute(s_reference);
            foreach (Kernels kernels in Kernels.All)
                Assert.Equal(expected, product.Compute(kernels));
        },
        iter: 200);

    [Fact]
    public void MultiplyAdd_AnyShape_IsNearTheSumInDoublePrecision() => Shapes.Sample(
        (rows, inputs, columns, seed) =>
        {
            var product = new Product(rows, inputs, columns, seed);
            int[] bits = product.Compute(Kernels.Best);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    double expected = product.Start[column], size = Math.Abs(expected);
                    for (int k = 0; k < inputs; k++)
                    {
                        double term = (double)product.X[(row * inputs) + k] * product.Weights[(column * inputs) + k];
                        expected += term;
                        size += Math.Abs(term);
                    }

                    float actual = BitConverter.Int32BitsToSingle(bits[(row * PackedMatrix.Pad(columns)) + column]);
                    Assert.True(Math.Abs(actual - expected) <= size * (inputs + 1) * 6e-8, $"[{row}, {column}]: {actual}, not {expected}");
                }
            }
        },
        iter: 20);

    [Fact]
    public void Multiply_AnyStrides_EqualsTheScalarKernelBitForBitAndTheSum() => Shapes.Sample(
        (rows, depth, columns, seed) =>
        {
            // A transposed left factor, a right factor with rows one after the other, and nothing to start from.
            int width = PackedMatrix.Pad(columns);
            (float[] left, float[] right) = (Numbers(seed, depth * rows, 2), Numbers(seed + 1, depth * width, 2));
            int[] Run(Kernels kernels) => Copies([left, right, new float[rows * width]], arrays => kernels.Multiply(
                new LeftFactor(arrays[0], 1, rows), RightFactor.OfRows(arrays[1], width), null, 0, arrays[2], width, rows, depth, width));
            int[] expected = Run(s_reference);
            foreach (Kernels kernels in Kernels.All)
                Assert.Equal(expected, Run(kernels));
            for (int i = 0; i < rows * width; i++)
            {
                double sum = Enumerable.Range(0, depth).Sum(k => (double)left[(k * rows) + (i / width)] * right[(k * width) + (i % width)]);
                Assert.Equal(sum, BitConverter.Int32BitsToSingle(expected[(depth * (rows + width)) + i]), depth * 1e-5);
            }
        },
        iter: 40);

    [Fact]
    public void NormalizeGeluRotate_AnyLength_EqualTheScalarKernelAndTheirEquations() => Gen.Select(Gen.Int[1, 70], Gen.Int).Sample(
        (length, seed) =>
        {
            int padded = PackedMatrix.Pad(length);
            (float[] x, float[] weight) = (Numbers(seed, padded, 9), Numbers(seed + 1, padded, 2));
            int[] Run(Kernels kernels) => Copies([x, weight, new float[padded], x, x, x], arrays =>
            {
                kernels.Normalize(arrays[0], arrays[1], arrays[2], length);
                kernels.Gelu(arrays[3], arrays[3], padded);
                kernels.Rotate(arrays[4], arrays[4] + (length / 2), arrays[0], arrays[1], length / 2);
            });
            int[] expected = Run(s_reference);
            foreach (Kernels kernels in Kernels.All)
                Assert.Equal(expected, Run(kernels));
            float[] actual = [.. expected.Select(BitConverter.Int32BitsToSingle)];
            double mean = x.Take(length).Average(), variance = x.Take(length).Average(value => Math.Pow(value - mean, 2));
            for (int i = 0; i < length; i++)
            {
                Assert.Equal((x[i] - mean) / Math.Sqrt(variance + 1e-5) * weight[i], actual[(2 * padded) + i], 1e-4);
                double gelu = 0.5 * x[i] * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x[i] + (0.044715 * Math.Pow(x[i], 3)))));
                Assert.Equal(gelu, actual[(3 * padded) + i], 1e-5);
                int pair = i % Math.Max(1, length / 2), other = i < length / 2 ? i + (length / 2) : i - (length / 2);
                double turned = i >= length / 2 * 2 ? x[i]
                    : (x[i] * (double)x[pair]) + ((i < length / 2 ? -1 : 1) * x[other] * (double)weight[pair]);
                Assert.Equal(turned, actual[(4 * padded) + i], 1e-4);
            }
        });

    [Fact]
    public void Backward_AnyLengthOfRows_EqualsTheScalarKernelAndTheEquations() => Gen.Select(Gen.Int[1, 70], Gen.Int).Sample(
        (length, seed) =>
        {
            int padded = PackedMatrix.Pad(length);
            float[] x = Numbers(seed, padded, 4), weight = Numbers(seed + 1, padded, 2), dy = Numbers(seed + 2, padded, 1);
            int[] Run(Kernels kernels) => Copies([x, dy, dy, x, dy, weight, dy], arrays =>
            {
                float* given = stackalloc float[2 * padded];
                weight.CopyTo(new Span<float>(given, padded));
                dy.CopyTo(new Span<float>(given + padded, padded));
                kernels.NormalizeBackward(arrays[0], given, given + padded, arrays[1], arrays[2], length);
                kernels.GeluBackward(arrays[3], arrays[4], padded);
                kernels.SoftmaxBackward(arrays[5], arrays[6], 0.5f, padded);
            });
            int[] expected = Run(s_reference);
            foreach (Kernels kernels in Kernels.All)
                Assert.Equal(expected, Run(kernels));
            float[] actual = [.. expected.Select(BitConverter.Int32BitsToSingle)];
            double mean = x.Take(length).Average(), variance = x.Take(length).Average(value => Math.Pow(value - mean, 2));
            double scale = 1 / Math.Sqrt(variance + 1e-5);
            double[] z = [.. x.Select(value => (value - mean) * scale)], dz = [.. dy.Zip(weight, (d, w) => (double)d * w)];
            double share = Enumerable.Range(0, length).Average(i => dz[i] * z[i]);
            double probable = Enumerable.Range(0, padded).Sum(i => (double)weight[i] * dy[i]);
            for (int i = 0; i < length; i++)
            {
                double dx = scale * (dz[i] - dz.Take(length).Average() - (z[i] * share));
                Assert.Equal(dy[i] + dx, actual[padded + i], 1e-4 * Math.Max(1, scale));
                Assert.Equal(dy[i] + (dy[i] * z[i]), actual[(2 * padded) + i], 1e-4);
                double slope = (Gelu(x[i] + 1e-5) - Gelu(x[i] - 1e-5)) / 2e-5;
                Assert.Equal(dy[i] * slope, actual[(4 * padded) + i], 1e-5);
                Assert.Equal(0.5 * weight[i] * (dy[i] - probable), actual[(6 * padded) + i], 1e-4);
            }

            static double Gelu(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));
        });

    [Fact]
    public void RotaryTable_AnyPosition_HasTheAnglesOfThePaper()
    {
        var table = new RotaryTable(10);
        foreach (int positions in (int[])[3, 40, 5000])
            table.Reserve(positions);

        for (int position = 0; position < 5000; position += 7)
        {
            for (int pair = 0; pair < 5; pair++)
            {
                double angle = position * Math.Pow(10000, -2.0 * pair / 10);
                Assert.Equal(Math.Cos(angle), table.Values[(position * 10) + pair], 1e-6);
                Assert.Equal(Math.Sin(angle), table.Values[(position * 10) + 5 + pair], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(8, 7, 16), InlineData(13, 300, 48), InlineData(97, 5, 64), InlineData(200, 257, 80), InlineData(193, 600, 128)]
    public void Multiply_BlocksOfRowsAndDepth_EqualsTheScalarKernelBitForBitAndTheSum(int rows, int depth, int width)
    {
        // Either left factor, from the result itself.
        float[] left = Numbers(1, depth * rows, 2), right = Numbers(2, depth * width, 2), start = Numbers(3, rows * width, 2);
        foreach (bool isTransposed in (bool[])[false, true])
        {
            int[] Run(Kernels kernels) => Copies([left, right, start], arrays => kernels.Multiply(
                isTransposed ? new LeftFactor(arrays[0], 1, rows) : new LeftFactor(arrays[0], depth, 1),
                RightFactor.OfBlocks(arrays[1], depth), arrays[2], width, arrays[2], width, rows, depth, width));
            int[] expected = Run(s_reference);
            foreach (Kernels kernels in Kernels.All)
                Assert.Equal(expected, Run(kernels));
            for (int i = 0; i < rows * width; i++)
            {
                (int row, int column) = Math.DivRem(i, width);
                float sum = start[i];
                for (int k = 0; k < depth; k++)
                {
                    float x = left[isTransposed ? k * rows + row : row * depth + k];
                    sum = MathF.FusedMultiplyAdd(x, right[(column / 16 * depth + k) * 16 + column % 16], sum);
                }

                Assert.Equal(sum, BitConverter.Int32BitsToSingle(expected[depth * (rows + width) + i]));
            }
        }
    }

    [Fact]
    public void Scale_IntoBlocks_EqualsTheRightFactorOfRows()
    {
        float[] values = Numbers(1, 3 * 40, 2);
        foreach (Kernels kernels in Kernels.All)
        {
            int[] bits = Copies([values, new float[3 * 48]], arrays =>
            {
                for (int row = 0; row < 3; row++)
                    kernels.Scale(arrays[0] + row * 40, 2, arrays[1] + row * 16, 3 * 16, 40);
            });
            for (int i = 0; i < values.Length; i++)
            {
                int block = i % 40 / 16, element = 120 + block * 48 + i / 40 * 16 + i % 40 % 16;
                Assert.Equal(2 * values[i], BitConverter.Int32BitsToSingle(bits[element]));
            }
        }
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    public void Cell_AnyState_EqualsTheScalarKernelBitForBitForwardAndBackward(GeneratorNetwork cell) =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 5], Gen.Int).Sample((blocks, rows, seed) =>
        {
            int width = 16 * blocks, state = rows * width;
            int[] Run(Kernels kernels) => Copies(
                [
                    Numbers(seed, CellLayout.Of(cell).Blocks * state, 20), Numbers(seed + 1, state, 1), Numbers(seed + 2, state, 3),
                    new float[state], new float[state], new float[state],
                    Numbers(seed + 3, state, 2), Numbers(seed + 4, state, 2), Numbers(seed + 5, state, 2),
                ],
                arrays =>
                {
                    var step = new CellStep(rows, width)
                    {
                        Gates = arrays[0], Previous = arrays[1], PreviousCells = arrays[2], Hidden = arrays[3], Cells = arrays[4],
                        Squashed = arrays[5],
                    };
                    kernels.Forward(cell, step);
                    kernels.Backward(cell, step, arrays[6], arrays[7], arrays[8]);
                });
            int[] expected = Run(s_reference);
            foreach (Kernels kernels in Kernels.All)
                Assert.Equal(expected, Run(kernels));
        });

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    public void Forward_OverTheStateBefore_EqualsForwardIntoOtherMemory(GeneratorNetwork cell)
    {
        const int Rows = 3, Width = 32;
        float[] gates = Numbers(1, CellLayout.Of(cell).Blocks * Rows * Width, 3), hidden = Numbers(2, Rows * Width, 1),
            cells = Numbers(3, Rows * Width, 2);
        int[] apart = Copies([gates, hidden, cells, new float[Rows * Width], new float[Rows * Width], new float[Rows * Width]], arrays =>
            Kernels.Best.Forward(cell, new CellStep(Rows, Width)
            {
                Gates = arrays[0], Previous = arrays[1], PreviousCells = arrays[2], Hidden = arrays[3], Cells = arrays[4],
                Squashed = arrays[5],
            }));
        int[] over = Copies([gates, hidden, cells], arrays => Kernels.Best.Forward(cell, new CellStep(Rows, Width)
        {
            Gates = arrays[0], Previous = arrays[1], PreviousCells = arrays[2], Hidden = arrays[1], Cells = arrays[2], Squashed = arrays[1],
        }));
        int state = gates.Length, size = Rows * Width;
        Assert.Equal(apart[(state + (2 * size))..(state + (3 * size))], over[state..(state + size)]);
        if (CellLayout.Of(cell).HasCells)
            Assert.Equal(apart[(state + (3 * size))..(state + (4 * size))], over[(state + size)..]);
    }

    [Fact]
    public void Rows_AnyLength_EqualTheScalarKernelBitForBitAndLeaveTheNextRow() =>
        Gen.Select(Gen.Int[1, 70], Gen.Int).Sample((length, seed) =>
    {
        float[] Row(int number) => [.. Numbers(seed + number, length, 3), -7];
        int[] Run(Kernels kernels) => Copies([Row(0), Row(1), Row(2), Row(3), Row(4), Row(5), Row(6)], arrays =>
        {
            kernels.AddScaled(arrays[0], 0.3f, arrays[1], length);
            kernels.Scale(arrays[0], 1.7f, arrays[2], length);
            kernels.Highway(arrays[3], arrays[4], arrays[5], arrays[6], arrays[0], length);
        });
        int[] expected = Run(s_reference);
        foreach (Kernels kernels in Kernels.All)
            Assert.Equal(expected, Run(kernels));
        for (int row = 0, next = length; row < 7; row++, next += length + 1)
            Assert.Equal(-7, BitConverter.Int32BitsToSingle(expected[next]));
        for (int i = 0; i < length; i++)
        {
            double x = Row(3)[i], gate = 1 / (1 + Math.Exp(-(Row(6)[i] + Row(0)[i])));
            Assert.Equal(x + (gate * (Math.Max(0, Row(4)[i] + Row(5)[i]) - x)),
                BitConverter.Int32BitsToSingle(expected[(3 * (length + 1)) + i]), 1e-5);
            Assert.Equal(Row(1)[i] + (0.3f * Row(0)[i]), BitConverter.Int32BitsToSingle(expected[length + 1 + i]), 1e-6);
            Assert.Equal(1.7f * Row(0)[i], BitConverter.Int32BitsToSingle(expected[(2 * (length + 1)) + i]));
        }
    });

    [Fact]
    public void Largest_AnyLogits_IsTheLargest() => Vectors.Sample((columns, seed) =>
    {
        float[] logits = Logits(columns, seed);
        foreach (Kernels kernels in Kernels.All)
        {
            float largest = 0;
            Copies([logits], arrays => largest = kernels.Largest(arrays[0], logits.Length));
            Assert.Equal(logits.Max(), largest);
        }
    });

    [Fact]
    public void Exponentiate_AnyLogits_EqualsTheScalarKernelBitForBit() =>
        Gen.Select(Vectors, Gen.OneOf(Gen.Const(1e-30f), Gen.Const(0.5f), Gen.Const(1f), Gen.Const(7f), Gen.Const(1e30f)))
        .Sample((vector, scale) =>
    {
        float[] logits = Logits(vector.Columns, vector.Seed);
        (int[] expected, float total) = Exponentiate(s_reference, logits, scale);
        Assert.InRange(total, 1, logits.Length);
        foreach (Kernels kernels in Kernels.All)
        {
            (int[] actual, float sum) = Exponentiate(kernels, logits, scale);
            Assert.Equal(expected, actual);
            Assert.Equal(BitConverter.SingleToInt32Bits(total), BitConverter.SingleToInt32Bits(sum));
        }
    });

    [Fact]
    public void SumsAndCounts_AnyWeights_EqualTheScalarKernelBitForBit() => Gen.Select(Vectors, Gen.Double[0, 1]).Sample((vector, limit) =>
    {
        float[] weights = Weights(vector.Columns, vector.Seed), sums = new float[Kernels.Sections(weights.Length)];
        float bound = (float)limit;
        (int[] Sections, float Total, float Above, int Count) Run(Kernels kernels)
        {
            (float total, float above, int count) = (0, 0, 0);
            int[] bits = Copies([weights, sums], arrays =>
            {
                total = kernels.SumSections(arrays[0], weights.Length, arrays[1]);
                above = kernels.SumAbove(arrays[0], weights.Length, bound);
                count = kernels.CountAbove(arrays[0], weights.Length, bound);
            });
            return (bits, total, above, count);
        }

        var expected = Run(s_reference);
        Assert.Equal(weights.Count(weight => weight > bound), expected.Count);
        Assert.Equal(weights.Where(weight => weight > bound).Sum(weight => (double)weight), expected.Above, 1e-3);
        Assert.Equal(weights.Sum(weight => (double)weight), expected.Total, 1e-3);
        foreach (Kernels kernels in Kernels.All)
        {
            var actual = Run(kernels);
            Assert.Equal(expected.Sections, actual.Sections);
            Assert.Equal((expected.Total, expected.Above, expected.Count), (actual.Total, actual.Above, actual.Count));
        }
    });

    [Fact]
    public void SumsAndCounts_WeightsAtTheLimit_AreNotAboveIt() => Assert.All(Kernels.All, kernels =>
        Copies([[.. Enumerable.Repeat(0.25f, 31), 0.5f]], arrays =>
        {
            Assert.Equal((1, 0.5f), (kernels.CountAbove(arrays[0], 32, 0.25f), kernels.SumAbove(arrays[0], 32, 0.25f)));
            Assert.Equal((0, 0f), (kernels.CountAbove(arrays[0], 32, 0.5f), kernels.SumAbove(arrays[0], 32, 0.5f)));
        }));

    [Fact]
    public void Draw_AnyUniform_GivesTheSameTokenWhereTheCumulatedWeightsPassIt() =>
        Gen.Select(Vectors, Gen.OneOf(Gen.Int[0, (1 << 23) - 1], Gen.Const(0), Gen.Const((1 << 23) - 1))).Sample(
        (vector, step) =>
        {
            float[] weights = Weights(vector.Columns, vector.Seed);
            float uniform = step * (1f / (1 << 23));
            int token = Draw(s_reference, weights, uniform);
            Assert.All(Kernels.All, kernels => Assert.Equal(token, Draw(kernels, weights, uniform)));
            Assert.True(weights[token] > 0);
            double total = weights.Sum(weight => (double)weight), before = weights.Take(token).Sum(weight => (double)weight);
            Assert.InRange(uniform * total, before - (total * 1e-6), before + weights[token] + (total * 1e-6));
        },
        iter: 2000);

    [Fact]
    public void Draw_SectionSumsAboveTheirTokens_GivesTheLastTokenThatHasWeight()
    {
        // Rounding can make a section's sum more than its tokens one after the other; here it does by much.
        float[] weights = new float[32];
        weights[3] = 1;
        foreach (Kernels kernels in Kernels.All)
        {
            int token = -1;
            Copies([weights, [2f]], arrays => token = kernels.Draw(arrays[0], 32, arrays[1], 2, 0.75f));
            Assert.Equal(3, token);
        }
    }

    [Theory]
    [InlineData(300, 512)]
    [InlineData(17, 512)]
    [InlineData(256, 512)]
    [InlineData(511, 512)]
    [InlineData(5, 16)]
    public void Draw_SmallestUniform_SkipsTokensWithoutWeight(int only, int columns)
    {
        float[] weights = new float[columns];
        weights[only] = 1;
        Assert.All(Kernels.All, kernels => Assert.Equal(only, Draw(kernels, weights, 0)));
    }

    [Fact]
    public void Draw_UniformAtABoundary_GivesTheNextTokenThatHasWeight()
    {
        // Half of the weight lies exactly before token 300, whether a section, a block or a token ends there.
        foreach (int first in (int[])[3, 290, 299])
        {
            float[] weights = new float[512];
            (weights[first], weights[300]) = (1, 1);
            Assert.All(Kernels.All, kernels => Assert.Equal(300, Draw(kernels, weights, 0.5f)));
        }
    }

    private static (int[] Bits, float Total) Exponentiate(Kernels kernels, float[] logits, float scale)
    {
        float total = 0, largest = logits.Max();
        int[] bits = Copies(
            [logits, new float[Kernels.Sections(logits.Length)]],
            arrays => total = kernels.Exponentiate(arrays[0], logits.Length, largest, scale, arrays[1]));
        return (bits, total);
    }

    private static int Draw(Kernels kernels, float[] weights, float uniform)
    {
        int token = -1;
        Copies([weights, new float[Kernels.Sections(weights.Length)]], arrays =>
        {
            float total = kernels.SumSections(arrays[0], weights.Length, arrays[1]);
            token = kernels.Draw(arrays[0], weights.Length, arrays[1], total, uniform);
        });
        return token;
    }

    /// <summary>Runs a kernel on copies and gives the bits of what it leaves in them.</summary>
    private static int[] Copies(float[][] arrays, Action<float*[]> run)
    {
        AlignedArray[] copies = [.. arrays.Select(array => new AlignedArray(array.Length))];
        float*[] pointers = new float*[copies.Length];
        for (int i = 0; i < copies.Length; i++)
        {
            arrays[i].CopyTo(copies[i].Span);
            pointers[i] = copies[i].Pointer;
        }

        run(pointers);
        return [.. copies.SelectMany(copy => Bits(copy.Span))];
    }

    private static int[] Bits(ReadOnlySpan<float> values) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(values).ToArray();

    private static float[] Numbers(int seed, int count, double size)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(size * ((2 * random.NextDouble()) - 1)))];
    }

    // Whole blocks, as the kernels get them; minus infinity beyond the vocabulary and here and there within.
    private static float[] Logits(int columns, int seed)
    {
        float[] logits = Numbers(seed, PackedMatrix.Pad(columns), 60);
        for (int i = 0; i < logits.Length; i++)
        {
            if (i >= columns || (i > 0 && i % 11 == 5))
                logits[i] = float.NegativeInfinity;
        }

        return logits;
    }

    private static float[] Weights(int columns, int seed)
    {
        float[] weights = [.. Numbers(seed, PackedMatrix.Pad(columns), 1).Select((value, i) => i < columns ? Math.Max(0, value) : 0)];
        weights[(int)((uint)seed % (uint)columns)] = 1;
        return weights;
    }

    private sealed class Product
    {
        private readonly int _rows;
        private readonly int _inputs;
        private readonly int _columns;

        public Product(int rows, int inputs, int columns, int seed)
        {
            (_rows, _inputs, _columns) = (rows, inputs, columns);
            X = Numbers(seed, rows * inputs, 2);
            Weights = Numbers(seed + 1, inputs * columns, 2);
            Start = Numbers(seed + 2, PackedMatrix.Pad(columns), 2);
        }

        public float[] X { get; }

        public float[] Weights { get; }

        public float[] Start { get; }

        public int[] Compute(Kernels kernels)
        {
            int width = PackedMatrix.Pad(_columns);
            var matrix = new PackedMatrix(_inputs, _columns);
            matrix.SetColumns(0, Weights);

            // A guard row behind the last, which no kernel may touch.
            var y = new AlignedArray((_rows + 1) * width);
            y.Span[(_rows * width)..].Fill(-7);
            fixed (float* x = X, start = Start)
                kernels.MultiplyAdd(x, _inputs, _rows, matrix, start, 0, y.Pointer, width);
            Assert.True(y.Span[(_rows * width)..].IndexOfAnyExcept(-7) < 0);
            return Bits(y.Span);
        }
    }
}
