namespace SeqGan.Tests;

public sealed class PieceBatchTests
{
    private static readonly PieceResult Done = new() { Status = PieceStatus.Done };

    [Fact]
    public void Finish_Twice_KeepsTheFirstResult()
    {
        PieceBatch batch = Batch(1);
        Assert.True(batch.TryTake(out int index));
        batch.Finish(index, Done);
        batch.Finish(index, Done with { Message = "late" });
        Assert.True(batch.IsDone);
        Assert.Null(Assert.Single(batch.Results).Message);
    }

    [Fact]
    public void TryTake_APieceThatIsDone_IsNotTakenAgain()
    {
        PieceBatch batch = Batch(2);
        Assert.True(batch.TryTake(out int first));
        batch.Return(first);
        batch.Finish(first, Done);
        Assert.True(batch.TryTake(out int second));
        Assert.NotEqual(first, second);
        Assert.False(batch.TryTake(out _));
    }

    [Fact]
    public void Return_OftenButNotForLong_DoesNotFail()
    {
        PieceBatch batch = Batch(1);
        FailTimes(batch, 50);
        batch.ThrowIfFailed();
        Assert.True(batch.HasWork);
    }

    [Fact]
    public void Return_OftenAndForLong_Fails()
    {
        PieceBatch batch = Batch(1, TimeSpan.Zero);
        FailTimes(batch, 5);
        batch.ThrowIfFailed();
        FailTimes(batch, 1);
        Assert.Throws<TimeoutException>(batch.ThrowIfFailed);
    }

    [Fact]
    public async Task Repeat_APieceThatTakesFarLonger_IsOpenedAgain()
    {
        PieceBatch batch = Batch(2);
        batch.TryTake(out int first);
        batch.TryTake(out int second);
        batch.Finish(first, Done);
        batch.Repeat();
        Assert.False(batch.HasWork);
        await Task.Delay(2100, TestContext.Current.CancellationToken);
        batch.Repeat();
        Assert.True(batch.TryTake(out int again));
        Assert.Equal(second, again);
    }

    private static PieceBatch Batch(int pieces, TimeSpan? leastTime = null) => new(
        [.. Enumerable.Repeat(new Piece { Training = default, Rows = [], Format = [] }, pieces)], 6, leastTime ?? TimeSpan.FromMinutes(1));

    private static void FailTimes(PieceBatch batch, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.True(batch.TryTake(out int index));
            batch.Return(index, new TimeoutException());
        }
    }
}
