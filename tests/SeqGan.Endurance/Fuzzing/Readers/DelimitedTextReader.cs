namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of delimited columns.</summary>
internal sealed class DelimitedTextReader : CorpusReader
{
    public override string Name => "delimited";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        "\u0004id,text\na,anna\nb,bob\na,eve\n"u8.ToArray(), "\0id,text\n1,anna\n2,\"b\"\"o,b\"\n3,\"two\nlines\"\n"u8.ToArray(),
        "\u0020id,text\n1\n2,a\"b\n3,\"x\"y\n4,ok\n"u8.ToArray(),
        "\u0003id,text\n1,9\n2,10\n1,x\n1,2026-01-02\n"u8.ToArray(), "\u0008id,text\n1,b\n2,c\n1,a\n"u8.ToArray(),
        "\0sep=;\nid;text\n1;a\"b\n2;\"x\" y\n3;c\"\n4;d\"e\n"u8.ToArray(),
        "\u0040a;b\r\nc;d\r\n;\r\n"u8.ToArray(), "\u0080'text'|x\n'a|b'|1\n"u8.ToArray(),
    ];

    protected override CorpusFileOptions FileOptions(byte choice)
    {
        bool hasHeader = (choice & 64) == 0;
        return new CorpusFileOptions
        {
            Format = FileFormat.Delimited,
            Columns = hasHeader ? ["text"] : ["2"],
            SkipInvalid = (choice & 32) != 0,
            HasHeader = hasHeader,
            Delimiter = (choice >> 6) switch { 1 => ';', 2 => '|', _ => ',' },
            LabelColumn = choice % 5 != 4 ? null : hasHeader ? "id" : "1",
            GroupBy = choice % 5 != 3 ? null : hasHeader ? "id" : "1",
            OrderBy = choice % 5 != 3 || choice % 2 == 0 ? null : hasHeader ? "text" : "2",
            Quote = (choice & 128) == 0 ? '"' : '\'',
        };
    }
}
