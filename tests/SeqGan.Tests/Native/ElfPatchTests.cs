using System.Text;
using Xunit;

namespace SeqGan.Tests;

public class ElfPatchTests
{
    [Fact]
    public void Apply_TorchSharpLibrary_ChangesTheThreeFieldsAndNothingElse()
    {
        var original = NativeLibraries.TorchSharp;
        var before = original.ToArray();

        var patched = ElfPatch.Apply(original);

        Assert.True(ElfPatch.IsNeededBy(original));
        Assert.Equal(before, original);
        Assert.Equal(original.Length, patched.Length);
        Assert.InRange(Enumerable.Range(0, original.Length).Count(at => original[at] != patched[at]), 3, 8);
    }

    [Fact]
    public void Apply_RepairedLibrary_Refuses()
    {
        var patched = ElfPatch.Apply(NativeLibraries.TorchSharp);

        var failure = Assert.Throws<ElfPatchException>(() => ElfPatch.Apply(patched));

        Assert.Contains(ElfPatch.MissingSymbol, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OtherLibrary_NamesTheSymbolItLacks()
    {
        var other = File.ReadAllBytes(NativeLibraries.Find("libc10.so"));

        var failure = Assert.Throws<ElfPatchException>(() => ElfPatch.Apply(other));

        Assert.False(ElfPatch.IsNeededBy(other));
        Assert.Contains(ElfPatch.MissingSymbol, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    [InlineData(2_399_007)]
    public void Apply_TruncatedLibrary_Refuses(int length) =>
        Assert.Throws<ElfPatchException>(() => ElfPatch.Apply(NativeLibraries.TorchSharp.AsSpan(0, length)));

    [Fact]
    public void Apply_Text_Refuses() =>
        Assert.Throws<ElfPatchException>(() => ElfPatch.Apply(Encoding.UTF8.GetBytes(new string('x', 10_000))));

    [Fact]
    public void Apply_DamagedTables_RefusesOrKeepsTheLength()
    {
        var original = NativeLibraries.TorchSharp;
        var patched = ElfPatch.Apply(original);
        int[] fields = [.. Enumerable.Range(0, original.Length).Where(at => original[at] != patched[at])];
        var sectionHeaders = BitConverter.ToInt32(original, 40);
        int[] places = [0, sectionHeaders, .. fields.Select(at => at - 32)];
        var random = new RandomKey(7, RandomPurpose.Sampling);
        var refused = 0;

        for (var round = 0; round < 200; round++)
        {
            var damaged = original.ToArray();
            for (var change = 0; change < 8; change++)
            {
                var bits = random.NextBits(round, change);
                damaged[places[round % places.Length] + (int)(bits % 64)] = (byte)(bits >> 24);
            }

            try
            {
                Assert.Equal(damaged.Length, ElfPatch.Apply(damaged).Length);
            }
            catch (ElfPatchException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 199);
    }
}
