namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of JSON objects, one a line.</summary>
internal sealed class JsonLinesTextReader : CorpusReader
{
    public override string Name => "json-lines";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        "\0{\"text\":\"anna\"}\n{\"text\":\"b\\u00e9b\",\"n\":[1,{\"a\":null}]}\n\n{\"a\":{\"text\":\"c\"},\"text\":\"dora\"}"u8.ToArray(),
        "\u0080{\"text\":\"anna\",\"n\":\"x\"}\n{\"text\":\"bob\",\"n\":2}\n{\"text\":\"eve\",\"n\":\"x\"}\n"u8.ToArray()[1..],
        "\u0060{\"a\":{\"text\":\"x\"}}\n{\"a\":{\"text\":\"yy\"}}\n{\"a\":1}\n"u8.ToArray(),
    ];

    protected override IEnumerable<SourceText> Texts(Stream stream, byte choice, int maxLength) =>
        JsonLinesReader.Read(stream, Source, (choice & 64) == 0 ? "text" : "a.text",
            new JsonLinesOptions { SkipInvalid = (choice & 32) != 0, LabelProperty = (choice & 128) != 0 ? "n" : null });
}
