namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of JSON objects, one a line.</summary>
internal sealed class JsonLinesTextReader : CorpusReader
{
    public override string Name => "json-lines";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        "\0{\"text\":\"anna\"}\n{\"text\":\"b\\u00e9b\",\"n\":[1,{\"a\":null}]}\n\n{\"a\":{\"text\":\"c\"},\"text\":\"dora\"}"u8.ToArray(),
        "\u0080{\"text\":\"anna\",\"n\":\"x\"}\n{\"text\":\"bob\",\"n\":2}\n{\"text\":\"eve\",\"n\":\"x\"}\n"u8.ToArray()[1..],
        "\0{\"text\":[\"ann\",1,true]}\n{\"text\":[\"bob\",\"ann\"]}\n{\"text\":[]}\n"u8.ToArray(),
        "\u0003{\"text\":\"b\",\"n\":1}\n{\"text\":[\"a\",\"c\"],\"n\":2}\n{\"text\":9,\"n\":1}\n"u8.ToArray(),
        "\u0060{\"a\":{\"text\":\"x\"}}\n{\"a\":{\"text\":\"yy\"}}\n{\"a\":1}\n"u8.ToArray(),
    ];

    protected override CorpusFileOptions FileOptions(byte choice) => new()
    {
        Format = FileFormat.JsonLines,
        Columns = (choice & 64) == 0 ? ["text"] : ["a.text"],
        SkipInvalid = (choice & 32) != 0,
        LabelColumn = (choice & 128) != 0 ? "n" : null,
        GroupBy = choice % 5 != 3 ? null : "n",
        OrderBy = choice % 5 != 3 || choice % 2 == 0 ? null : "text",
    };
}
