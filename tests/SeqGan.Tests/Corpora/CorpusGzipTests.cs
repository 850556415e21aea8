using System.IO.Compression;
using System.Text;
using Xunit;

namespace SeqGan.Tests;

public sealed class CorpusGzipTests : IDisposable
{
    private static readonly CorpusOptions s_all = new() { HeldOutFraction = 0, RemoveDuplicates = false };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("names.txt.gz", "anna\nbob\n", "names.txt.gz: lines, gzip, 2 sequences")]
    [InlineData("names.gz", "anna\nbob\n", "names.gz: lines, gzip, 2 sequences")]
    [InlineData("names", "anna\nbob", "names: lines, gzip, 2 sequences")]
    [InlineData("x.csv.gz", "id;text\n1;anna\n2;bob\n",
        "x.csv.gz: a table delimited by ';', column 'text' (the only one of text), gzip, 2 sequences")]
    [InlineData("x.fa.GZ", ">1\nan\nna\n>2\nbob\n", "x.fa.GZ: FASTA, gzip, 2 sequences")]
    public void FromFile_Gzip_IsReadAsWhatIsInIt(string name, string content, string source)
    {
        Corpus corpus = Read(name, Pack(content));

        Assert.Equal(["anna", "bob"], corpus.Decode(corpus.Training));
        Assert.Equal([source], corpus.Report.Sources);
    }

    [Fact]
    public void FromFile_GzipOfSeveralMembers_IsOneText()
    {
        string[] lines = [.. Enumerable.Range(0, 20_000).Select(i => $"line {i * 7919 % 100_003}")];
        byte[] packed = [.. lines.Chunk(3000).SelectMany(part => Pack(string.Concat(part.Select(line => line + "\n")))), .. Pack("")];

        Corpus corpus = Read("m.gz", packed);

        Assert.Equal(lines, corpus.Decode(corpus.Training));
    }

    [Fact]
    public void FromFile_GzipCutOffAnywhere_IsNamed()
    {
        var random = new Random(1);
        byte[] packed = Pack(string.Concat(Enumerable.Range(0, 60).Select(_ => $"line {random.Next()}\n")));

        for (int length = 2; length < packed.Length; length++)
        {
            var error = Assert.Throws<CorpusException>(() => Read("cut.gz", packed[..length]));
            Assert.Contains("is compressed with gzip, but is cut off or damaged", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void FromFile_LargeGzipCutOff_IsNamed()
    {
        var random = new Random(2);
        byte[] packed = Pack(string.Concat(Enumerable.Range(0, 100_000).Select(_ => $"line {random.Next()}\n")));

        Assert.Equal(100_000, Read("whole.gz", packed).Report.Read);
        foreach (int missing in (int[])[1, 7, 8, 9, 1000, packed.Length / 2])
            Assert.Throws<CorpusException>(() => Read("cut.gz", packed[..^missing]));
    }

    [Fact]
    public void FromFile_GzipWithAFalseByte_IsNamed()
    {
        byte[] packed = Pack(string.Concat(Enumerable.Range(0, 2000).Select(i => $"line {i}\n")));
        packed[^6] ^= 1;

        Assert.Contains("cut off or damaged", Assert.Throws<CorpusException>(() => Read("bad.gz", packed)).Message,
            StringComparison.Ordinal);
        Assert.Contains("is compressed twice", Assert.Throws<CorpusException>(() => Read("twice.gz", Pack(Pack("anna\n")))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("login logout\n")]
    public void FromFile_GzipBomb_IsRefused(string text)
    {
        string path = _folder.Combine("bomb.gz");
        byte[] part = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, 100_000)));
        using (var packing = new GZipStream(File.Create(path), CompressionLevel.Optimal))
        {
            for (long written = 0; written < 300_000_000; written += part.Length)
                packing.Write(part);
        }

        var error = Assert.Throws<CorpusException>(
            () => Corpus.FromFile(path, new CorpusOptions { MaximumSequences = 10 }, TestContext.Current.CancellationToken));

        Assert.Contains("unpacks to more than 100 times its size", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFile_GzipOfUtf16_SaysSo() => Assert.Contains(
        "UTF-16", Assert.Throws<CorpusException>(() => Read("u.gz", Pack([0xFF, 0xFE, (byte)'a', 0]))).Message, StringComparison.Ordinal);

    private static byte[] Pack(string content) => Pack(Encoding.UTF8.GetBytes(content));

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(content);
        return packed.ToArray();
    }

    private Corpus Read(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.Combine(name), content);
        return Corpus.FromFile(_folder.Combine(name), s_all, TestContext.Current.CancellationToken);
    }
}
