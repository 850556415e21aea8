using System.IO.Compression;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file whose name and content tell what it is.</summary>
internal sealed class AnyTextReader : CorpusReader
{
    private static readonly string[] s_names =
        ["fuzz", "fuzz.txt", "fuzz.csv", "fuzz.tsv", "fuzz.json", "fuzz.jsonl", "fuzz.fa", "fuzz.smi"];

    public override string Name => "any-text";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        "\0>a one\nACGT\nAC\n;note\n>b\r\nGGT*\n>c\n\n"u8.ToArray(), "\u0008>a\rACG\r>b\rTTT"u8.ToArray(),
        "\u0006>a\nACGT\n>b\nGGT\n"u8.ToArray(), "\u0007CCO\tethanol\nc1ccccc1 benzene\nSMILES\n"u8.ToArray(),
        "\0id,text\n1,anna\n2,bob\n3,eve\n4,mia\n"u8.ToArray(), "\u0002\"id\", \"Text\" ,text\n1,a b,c\n2,d,e\n"u8.ToArray(),
        "\u0003name\ttext\nx\tan \"a\" b\ny\t\"b\" c\nz\t\"\n"u8.ToArray(), "\u0002sep=|\r\na|b\r\n1|x\r\n"u8.ToArray(),
        "\0{\"id\":1,\"m\":{\"text\":\"anna\"}}\n{\"id\":2,\"m\":{\"text\":\"bob\"}}\n"u8.ToArray(),
        "\u0004[{\"text\":\"a\"},{\"text\":\"b\"}]"u8.ToArray(), "\u0005{\n \"text\": [\"a\", \"b\"]\n}\n"u8.ToArray(),
        "\0Hello, world; all | of you\t!\nBye, world; none | of us\t?\n"u8.ToArray(),
        .. new[] { "anna\nbob\n", "id,text\n1,x\n", ">a\nACG\n" }.Select(Packed),
    ];

    protected override CorpusFileOptions FileOptions(byte choice) => new() { SkipInvalid = (choice & 32) != 0 };

    protected override string NameOf(byte choice) => s_names[choice % s_names.Length];

    private static byte[] Packed(string text)
    {
        using var packed = new MemoryStream();
        packed.WriteByte(0);
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
