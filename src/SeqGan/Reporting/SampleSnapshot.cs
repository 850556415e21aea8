namespace SeqGan;

/// <summary>Some sequences that the generator made after a report, always with the same random numbers.</summary>
internal sealed record SampleSnapshot(TrainingProgress Progress, IReadOnlyList<string> Texts)
{
    private const int MaxTextLength = 400;

    /// <summary>Takes what is shown of the texts.</summary>
    public static SampleSnapshot Of(TrainingProgress progress, IReadOnlyList<string> texts) => new(progress, [.. texts.Select(Shown)]);

    private static string Shown(string text) => VisibleText.Of(text.Length <= MaxTextLength ? text : text[..MaxTextLength] + " …");
}
