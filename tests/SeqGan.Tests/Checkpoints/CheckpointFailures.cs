using Xunit;

namespace SeqGan.Tests.Checkpoints;

/// <summary>Asserts which kind of <see cref="CheckpointException"/> is thrown.</summary>
internal static class CheckpointFailures
{
    public static CheckpointException Corrupt(Func<object?> action) => Check(action, isCorrupt: true);

    public static CheckpointException Mismatch(Func<object?> action) => Check(action, isCorrupt: false);

    private static CheckpointException Check(Func<object?> action, bool isCorrupt)
    {
        var failure = Assert.Throws<CheckpointException>(() => { action(); });
        Assert.Equal((isCorrupt, !isCorrupt), (failure.IsCorrupt, failure.IsMismatch));
        return failure;
    }
}
