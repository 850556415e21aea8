namespace SeqGan.Tests;

/// <summary>The same tokens however a job is computed.</summary>
public sealed class SamplingTests
{
    private static readonly SequenceFormat s_words = new(37, 12, 0, endToken: 1, paddingToken: 0);
    private static readonly SamplingOptions s_options = new() { Seed = 11, Temperature = 0.9, TopK = 35, TopP = 0.99 };

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1, 7)]
    [InlineData(GeneratorNetwork.Lstm, 2, 20)]
    [InlineData(GeneratorNetwork.Gru, 1, 16)]
    [InlineData(GeneratorNetwork.Gru, 3, 5)]
    [InlineData(GeneratorNetwork.Transformer, 1, 8)]
    [InlineData(GeneratorNetwork.Transformer, 2, 36)]
    public async Task Sample_AllKernelsThreadsAndPieces_GiveTheSameTokens(GeneratorNetwork cell, int layers, int hidden)
    {
        CompiledPolicy policy = TestPolicies.Create(s_words, cell, layers, 6, hidden);
        int[][] expected = new SequenceSampler(policy, 1, Kernels.All[^1]).Sample(280, s_options).Rows();
        Assert.True(expected.Select(row => row.Length).Distinct().Count() > 5);
        Assert.True(expected.DistinctBy(row => string.Join(' ', row)).Count() > 200);
        foreach (Kernels kernels in Kernels.All)
        {
            foreach (int threads in (int[])[1, 2, 3, 8])
                Assert.Equal(expected, new SequenceSampler(policy, threads, kernels).Sample(280, s_options).Rows());
        }

        var streamed = new List<int[]>();
        await foreach (int[] sequence in new SequenceSampler(policy, 2).StreamAsync(280, s_options))
            streamed.Add(sequence);
        Assert.Equal(expected, streamed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Complete_PrefixesThatShareKeysAndValues_EqualCompletionsOneByOne(int threads)
    {
        var format = new SequenceFormat(11, 40);
        CompiledPolicy policy = TestPolicies.Transformer(format, scale: 0.3f);
        var key = new RandomKey(5, RandomPurpose.Sampling);
        TokenBatch sequences = new SequenceSampler(policy).Sample(4, new SamplingOptions { Seed = 2 }).AsBatch();
        Completion[] completions =
            [.. from row in Enumerable.Range(0, 4) from length in new[] { 0, 1, 15, 16, 17, 33, 39 } from sample in new[] { 0, 1, 2 }
                select new Completion(row, length, sample)];
        int[][] together = Complete(new SequenceSampler(policy, threads), completions);

        Assert.Equal(together, completions.Select(one => Complete(new SequenceSampler(policy, 1, Kernels.All[^1]), [one])[0]));
        Assert.True(together.DistinctBy(row => string.Join(' ', row)).Count() > 60);

        int[][] Complete(SequenceSampler sampler, Completion[] some)
        {
            var destination = new SequenceBuffer(format, some.Length);
            sampler.Complete(sequences, some, default, key, 0, new SamplingOptions(), destination, default);
            return destination.Rows();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(256)]
    [InlineData(257)]
    public async Task StreamAsync_AnyCountOfAPrefix_EqualsComplete(int count)
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_words), 8);
        int[] prefix = [5, 9, 5];
        int[][] expected = sampler.Complete(prefix, count, s_options).Rows();
        var streamed = new List<int[]>();
        await foreach (int[] sequence in sampler.StreamAsync(count, s_options, prefix))
            streamed.Add(sequence);
        Assert.Equal(expected, streamed);
        Assert.All(expected, row => Assert.Equal(prefix, row[..3]));
    }

    [Fact]
    public void Sample_VocabularyTooLargeForATableOfInputs_GivesTheSameTokensOnAllKernels()
    {
        CompiledPolicy policy = TestPolicies.Create(new SequenceFormat(5600, 5), GeneratorNetwork.Gru, 2, 6, 33);
        int[][] expected = new SequenceSampler(policy, 1, Kernels.All[^1]).Sample(60, new SamplingOptions { Seed = 0 }).Rows();
        Assert.All(Kernels.All, kernels =>
            Assert.Equal(expected, new SequenceSampler(policy, 2, kernels).Sample(60, new SamplingOptions { Seed = 0 }).Rows()));
    }

    [Fact]
    public void Sample_Seeds_GiveTheirOwnSequencesAndMoreRowsKeepTheFirst()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_words));
        int[][] hundred = sampler.Sample(100, new SamplingOptions { Seed = 0 }).Rows();
        Assert.Equal(hundred[..30], sampler.Sample(30, new SamplingOptions { Seed = 0 }).Rows());
        Assert.NotEqual(hundred, sampler.Sample(100, new SamplingOptions { Seed = 1 }).Rows());
    }

    [Fact]
    public void Sample_WithEndToken_EndsThereAndNeverDrawsPadding()
    {
        SequenceBuffer buffer = new SequenceSampler(TestPolicies.Create(s_words, scale: 0.1f))
            .Sample(2000, new SamplingOptions { Seed = 0, Temperature = 50 });
        foreach ((int[] row, int number) in buffer.Rows().Select((row, number) => (row, number)))
        {
            Assert.DoesNotContain(0, row);
            Assert.DoesNotContain(1, row[..^1]);
            Assert.True(row.Length == s_words.MaxLengthWithoutEnd || row[^1] == 1);
            Assert.Equal(row[^1] == 1, s_words.HasEnded(row));
            Assert.True(buffer.Row(number)[row.Length..].IndexOfAnyExcept(0) < 0);
        }
    }

    [Fact]
    public void Complete_MixedPrefixesInAnyOrder_EqualsOneAtATime()
    {
        CompiledPolicy policy = TestPolicies.Create(s_words, GeneratorNetwork.Gru, 2);
        var key = new RandomKey(5, RandomPurpose.Rollout, 3);
        SequenceBuffer source = new SequenceSampler(policy).Sample(70, new SamplingOptions { Seed = 8 });
        TokenBatch sequences = source.AsBatch();
        var random = new Random(2);
        var completions = new List<Completion>();
        for (int row = 0; row < 70; row++)
        {
            // Complete ones too, and gaps between the prefixes.
            for (int prefix = 0; prefix <= sequences.LengthOf(row); prefix += random.Next(1, 4))
            {
                for (int sample = 0; sample < random.Next(1, 4); sample++)
                    completions.Add(new Completion(row, prefix, sample));
            }
        }

        completions.AddRange(completions.Take(40).ToArray());
        Completion[] shuffled = [.. completions];
        random.Shuffle(shuffled);
        var one = new SequenceSampler(policy, 1);
        int[][] expected = [.. shuffled.Select(completion => Run(one, [completion])[0])];
        Assert.All(shuffled.Zip(expected),
            pair => Assert.Equal(sequences[pair.First.Row][..pair.First.PrefixLength].ToArray(), pair.Second[..pair.First.PrefixLength]));
        foreach (int threads in (int[])[1, 3, 8])
            Assert.Equal(expected, Run(new SequenceSampler(policy, threads), shuffled));

        int[][] Run(SequenceSampler sampler, Completion[] wanted)
        {
            var destination = new SequenceBuffer(s_words, 3);
            sampler.Complete(sequences, wanted, default, key, 100, s_options, destination, default);
            return destination.Rows();
        }
    }

    [Fact]
    public void Complete_RowsFromTheMiddle_EqualThoseOfTheWhole()
    {
        CompiledPolicy policy = TestPolicies.Create(s_words);
        var sampler = new SequenceSampler(policy, 2);
        var key = new RandomKey(5, RandomPurpose.Rollout);
        TokenBatch sequences = sampler.Sample(20, new SamplingOptions { Seed = 0 }).AsBatch();
        int[][] whole = Run(sequences, 0), part = Run(sequences.Slice(7, 6), 7);
        Assert.Equal(whole[7..13], part);

        int[][] Run(TokenBatch batch, int firstRow)
        {
            var destination = new SequenceBuffer(s_words);
            sampler.Complete(batch, [.. Enumerable.Range(0, batch.Count).Select(row => new Completion(row, 1, 0))], default, key, firstRow,
                s_options, destination, default);
            return destination.Rows();
        }
    }

    [Fact]
    public void Complete_PrefixOfMaximumLengthOrWithItsEnd_IsCopied()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_words), 2);
        int[] longest = [.. Enumerable.Range(3, 11), 1], ended = [4, 5, 1];
        Assert.All(sampler.Complete(longest, 100, new SamplingOptions { Seed = 0 }).Rows(), row => Assert.Equal(longest, row));
        Assert.All(sampler.Complete(ended, 100, new SamplingOptions { Seed = 0 }).Rows(), row => Assert.Equal(ended, row));
    }

    [Fact]
    public void Complete_PrefixOfTheMostTokens_EndsOrDoesNot()
    {
        int[] prefix = [.. Enumerable.Range(3, 11)];
        int[][] rows = new SequenceSampler(TestPolicies.Create(s_words)).Complete(prefix, 2000, new SamplingOptions { Seed = 0 }).Rows();

        Assert.All(rows, row => Assert.Equal(s_words.HasEnded(row) ? [.. prefix, 1] : prefix, row));
        Assert.InRange(rows.Count(row => s_words.HasEnded(row)), 1, 1999);
    }

    [Fact]
    public void Complete_LongPrefix_KeepsTheStateOfItsEndAlone()
    {
        // A state for every token of the prefix would be 5 megabytes.
        var format = new SequenceFormat(4, 1001);
        var sampler = new SequenceSampler(TestPolicies.Create(format, hidden: 600, scale: 0.01f), 1);
        sampler.Complete(new int[990], 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        sampler.Complete(new int[1000], 2);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Sample_SmallestModels_Work()
    {
        Assert.All(new SequenceSampler(TestPolicies.Create(new SequenceFormat(1, 3), hidden: 1, embedding: 1))
            .Sample(5, new SamplingOptions { Seed = 0 }).Rows(),
            row => Assert.Equal([0, 0, 0], row));
        Assert.All(new SequenceSampler(TestPolicies.Create(new SequenceFormat(5, 1))).Sample(70, new SamplingOptions { Seed = 0 }).Rows(),
            row => Assert.Single(row));
        Assert.All(new SequenceSampler(TestPolicies.Create(new SequenceFormat(2, 4, 0, 1, 0)))
            .Sample(5, new SamplingOptions { Seed = 0 }).Rows(),
            row => Assert.Equal([1], row));
        Assert.Equal(0, new SequenceSampler(TestPolicies.Create(s_words), 8).Sample(0, new SamplingOptions { Seed = 0 }).Count);
    }

    [Fact]
    public async Task Sample_ManyTasksOnOneSampler_GiveWhatEachGivesAlone()
    {
        CompiledPolicy policy = TestPolicies.Create(s_words, layers: 2);
        var shared = new SequenceSampler(policy, 3);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(number => Task.Run(() =>
        {
            SamplingOptions options = s_options with { Seed = (ulong)number, TopK = number + 1 };
            SequenceBuffer made = shared.Sample(100 + number, options);
            Assert.Equal(new SequenceSampler(policy, 1).Sample(100 + number, options).Rows(), made.Rows());
            float[] values = new float[made.Count * made.Length], alone = new float[values.Length];
            shared.LogProbabilities(made.AsBatch(), values);
            new SequenceSampler(policy, 1).LogProbabilities(made.AsBatch(), alone);
            Assert.Equal(alone, values);
        })));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Complete_WarmAgain_AllocatesNothingAStep(int prefix)
    {
        long Allocated(int length)
        {
            var format = new SequenceFormat(50, length);
            var sampler = new SequenceSampler(TestPolicies.Create(format, layers: 2), 1);
            var sequences = new TokenBatch(new int[90 * 3], 90, 3);
            Completion[] completions = [.. Enumerable.Range(0, 90).Select(row => new Completion(row, prefix * 3, 0))];
            var destination = new SequenceBuffer(format);

            // The least of several calls: the runtime itself now and then allocates on a thread. A step that allocates does so in each.
            long least = long.MaxValue;
            for (int call = 0; call < 6; call++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                sampler.Complete(sequences, completions, default, default, 0, s_options, destination, CancellationToken.None);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }

        // Not the very same figure: compiled better, a method may hold on its stack what it first put on the heap. 190 steps that
        // allocate take at least 24 bytes each.
        Allocated(10);
        Assert.InRange(Allocated(200) - Allocated(10), long.MinValue, 190 * 24 - 1);
    }
}
