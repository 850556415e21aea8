using System.Buffers.Binary;
using TorchSharp;

namespace SeqGan.Tests.Native;

public class GlobalGeneratorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(623)]
    [InlineData(624)]
    [InlineData(625)]
    [InlineData(2000)]
    public void Restore_AfterAnyNumberOfDraws_GivesTheSameNumbersAgain(int draws)
    {
        torch.manual_seed(3);
        for (int i = 0; i < draws; i++)
            Draw(torch.rand(1));
        Draw(torch.randn(3, dtype: torch.ScalarType.Float64));
        byte[] state = GlobalGenerator.Save();
        Assert.Equal(GlobalGeneratorState.Length, state.Length);
        float[] expected = Draw(torch.rand(700)), normal = Draw(torch.randn(5));
        GlobalGenerator.Restore(state);
        Assert.Equal(expected, Draw(torch.rand(700)));
        Assert.Equal(normal, Draw(torch.randn(5)));
    }

    [Fact]
    public void Restore_OfAFreshState_GivesTheSameNumbersAgain()
    {
        torch.manual_seed(3);
        byte[] state = GlobalGenerator.Save();
        float[] expected = Draw(torch.rand(5));
        GlobalGenerator.Restore(state);
        Assert.Equal(expected, Draw(torch.rand(5)));
    }

    [Theory]
    [InlineData("left", 8, 0)]
    [InlineData("left", 8, -1)]
    [InlineData("left", 8, 625)]
    [InlineData("left beyond next", 8, 624)]
    [InlineData("seeded", 12, 0)]
    [InlineData("seeded", 12, 2)]
    [InlineData("next", 16, 625)]
    [InlineData("next", 16, 1)]
    [InlineData("next", 20, 1)]
    [InlineData("word", 28, 1)]
    [InlineData("last word", 5012, 1)]
    [InlineData("normal", 5020, 0x7FF00000)]
    [InlineData("normal is ready", 5040, 2)]
    [InlineData("float", 5048, 0x7FC00000)]
    [InlineData("float is ready", 5052, 7)]
    public void Restore_OfAStateThatCannotBe_IsRefusedAndChangesNothing(string what, int offset, int value)
    {
        torch.manual_seed(3);
        Draw(torch.rand(100));
        byte[] state = GlobalGenerator.Save(), bad = [.. state];
        BinaryPrimitives.WriteInt32LittleEndian(bad.AsSpan(offset), value);
        Assert.Throws<InvalidDataException>(() => GlobalGenerator.Restore(bad));
        Assert.True(state.AsSpan().SequenceEqual(GlobalGenerator.Save()), what);
    }

    [Fact]
    public void Restore_OfAnotherLength_IsRefused()
    {
        byte[] state = GlobalGenerator.Save();
        Assert.Throws<InvalidDataException>(() => GlobalGenerator.Restore(state.AsSpan(1)));
        Assert.Throws<InvalidDataException>(() => GlobalGenerator.Restore([]));
        Assert.Throws<InvalidDataException>(() => GlobalGenerator.Restore([.. state, 0]));
    }

    [Fact]
    public void Restore_OfRandomBytes_NeverReachesLibtorch()
    {
        byte[] state = GlobalGenerator.Save();
        for (int run = 0; run < 200; run++)
        {
            byte[] bad = new byte[state.Length];
            new Random(run).NextBytes(bad);
            Assert.Throws<InvalidDataException>(() => GlobalGenerator.Restore(bad));
        }

        Assert.Equal(state, GlobalGenerator.Save());
    }

    [Fact]
    public void Seed_UntilDisposed_DrawsFromTheSeedAndPutsTheStateBack()
    {
        byte[] before = GlobalGenerator.Save();
        float[] first, second;
        using (GlobalGenerator.Seed(5))
            first = Draw(torch.rand(4));
        Assert.Equal(before, GlobalGenerator.Save());
        Draw(torch.rand(4));
        using (GlobalGenerator.Seed(5))
            second = Draw(torch.rand(4));
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Save_WhileAnotherThreadHasBorrowedIt_WaitsForItsOwnState()
    {
        byte[] before = GlobalGenerator.Save();

        Task<byte[]> saved = WhileBorrowed(GlobalGenerator.Save);

        Assert.Equal(before, await saved);
    }

    [Fact]
    public async Task Restore_WhileAnotherThreadHasBorrowedIt_IsNotLostAtTheEndOfTheLoan()
    {
        byte[] state = GlobalGenerator.Save();
        Draw(torch.rand(100));

        await WhileBorrowed(() =>
        {
            GlobalGenerator.Restore(state);
            return true;
        });

        Assert.Equal(state, GlobalGenerator.Save());
    }

    [Fact]
    public void Save_InALoanOfItsOwnThread_DoesNotWait()
    {
        byte[] before = GlobalGenerator.Save();
        using (GlobalGenerator.Seed(5))
        {
            using (GlobalGenerator.Keep())
                Assert.NotEqual(before, GlobalGenerator.Save());
        }

        Assert.Equal(before, GlobalGenerator.Save());
    }

    // Long enough for what does not wait to be over.
    private static Task<T> WhileBorrowed<T>(Func<T> run)
    {
        using GlobalGenerator.Loan loan = GlobalGenerator.Seed(5);
        Draw(torch.rand(4));
        var task = Task.Run(run);
        Assert.Equal(-1, Task.WaitAny([task], 500));
        return task;
    }

    private static float[] Draw(torch.Tensor tensor)
    {
        using torch.Tensor drawn = tensor, single = tensor.to_type(torch.ScalarType.Float32);
        return [.. single.data<float>()];
    }
}
