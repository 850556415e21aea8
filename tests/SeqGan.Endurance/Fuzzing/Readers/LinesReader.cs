namespace SeqGan.Endurance.Fuzzing;

/// <summary>A text file, a sequence a line.</summary>
internal sealed class LinesReader : CorpusReader
{
    public override string Name => "lines";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        ["\0anna\nbob\r\ncarla\n\n  \ndora\n"u8.ToArray(),
            "\u0001Hello, world. Don't \"stop\" (now)!\n漢字 👩‍👩‍👧 3.14\nHello, world.\n"u8.ToArray(),
            "\u0005ab text ab\nba\nabab"u8.ToArray()];

    protected override CorpusFileOptions FileOptions(byte choice) => new() { Format = FileFormat.Lines };
}
