namespace SeqGan.Tests;

public sealed class SequenceFingerprintsTests
{
    private static readonly SequenceFormat s_format = new(7, 4, 0, endToken: 1, paddingToken: 0);

    [Fact]
    public void Contains_AnySequence_SaysWhetherItWasThere()
    {
        SequenceFingerprints fingerprints = SequenceFingerprints.Of(Batch([3, 4, 1], [5, 1], [3, 4, 1], [2, 3, 4, 5]));

        Assert.Equal(3, fingerprints.Count);
        Assert.True(fingerprints.Contains([3, 4, 1]));
        Assert.True(fingerprints.Contains([5, 1]));
        Assert.True(fingerprints.Contains([2, 3, 4, 5]));
        Assert.False(fingerprints.Contains([3, 4]));
        Assert.False(fingerprints.Contains([4, 3, 1]));
        Assert.False(fingerprints.Contains([]));
    }

    [Fact]
    public void Contains_NoSequences_IsFalse()
    {
        SequenceFingerprints none = SequenceFingerprints.Of(default);
        Assert.Equal(0, none.Count);
        Assert.False(none.Contains([]));
    }

    [Fact]
    public void Save_PolicyThatKnowsItsTrainingSequences_LoadsThem()
    {
        using var file = new TemporaryFile();
        CompiledPolicy policy = TestPolicies.Create(s_format).WithTrainingSequences(SequenceFingerprints.Of(Batch([3, 4, 1], [5, 1])));

        policy.Save(file.Path);
        SequenceFingerprints loaded = CompiledPolicy.Load(file.Path).TrainingSequences!;

        Assert.Equal(2, loaded.Count);
        Assert.True(loaded.Contains([5, 1]));
        Assert.False(loaded.Contains([6, 1]));
    }

    [Fact]
    public void Save_PolicyThatDoesNot_LoadsNone()
    {
        using var file = new TemporaryFile();
        TestPolicies.Create(s_format).Save(file.Path);
        Assert.Null(CompiledPolicy.Load(file.Path).TrainingSequences);
    }

    private static TokenBatch Batch(params int[][] rows)
    {
        var buffer = new SequenceBuffer(s_format, rows.Length);
        for (int row = 0; row < rows.Length; row++)
            buffer.Set(row, rows[row]);
        return buffer.AsBatch();
    }
}
