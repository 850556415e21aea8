namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of delimited columns.</summary>
internal sealed class DelimitedTextReader : CorpusReader
{
    public override string Name => "delimited";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        "\u0004id,text\na,anna\nb,bob\na,eve\n"u8.ToArray(), "\0id,text\n1,anna\n2,\"b\"\"o,b\"\n3,\"two\nlines\"\n"u8.ToArray(),
        "\u0020id,text\n1\n2,a\"b\n3,\"x\"y\n4,ok\n"u8.ToArray(),
        "\u0040a;b\r\nc;d\r\n;\r\n"u8.ToArray(), "\u0080'text'|x\n'a|b'|1\n"u8.ToArray(),
    ];

    protected override IEnumerable<SourceText> Texts(Stream stream, byte choice, int maxLength)
    {
        var options = new DelimitedFileOptions
        {
            SkipInvalid = (choice & 32) != 0,
            HasHeader = (choice & 64) == 0,
            Delimiter = (choice >> 6) switch { 1 => ';', 2 => '|', _ => ',' },
            LabelColumn = choice % 5 != 4 ? null : (choice & 64) == 0 ? "id" : "0",
            Quote = (choice & 128) == 0 ? '"' : '\'',
        };
        return DelimitedReader.Read(stream, Source, options.HasHeader ? "text" : null, options.HasHeader ? -1 : 1, options, maxLength);
    }
}
