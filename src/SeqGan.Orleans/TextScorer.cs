namespace SeqGan.Orleans;

/// <summary>Holds a scorer of texts to the contract of scorers: its sequences stand for the texts, and have no tokens.</summary>
internal sealed class TextScorer : ISequenceScorer
{
    private readonly ITextScorer _inner;
    private readonly string[] _texts;

    private TextScorer(string name, ITextScorer inner, string[] texts) => (Name, _inner, _texts) = (name, inner, texts);

    public string Name { get; }

    /// <summary>Scores texts, of which equal ones are scored once.</summary>
    /// <exception cref="ScorerException">The scorer failed, or broke its contract.</exception>
    public static async Task<float[]> ScoreAsync(string name, ITextScorer inner, string[] texts, CancellationToken cancellationToken)
    {
        if (texts.Contains(null))
            throw new FormatException("A text is missing.");
        string[] distinct = [.. texts.Distinct(StringComparer.Ordinal)];
        float[] scores = new float[distinct.Length];
        var sequences = new TokenBatch(default, distinct.Length, 0, new int[distinct.Length]);
        await new CheckedScorer(new TextScorer(name, inner, distinct)).ScoreAsync(sequences, scores, cancellationToken)
            .ConfigureAwait(false);
        Dictionary<string, float> byText = distinct.Zip(scores).ToDictionary(StringComparer.Ordinal);
        return Array.ConvertAll(texts, text => byText[text]);
    }

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
        _inner.ScoreAsync(_texts, scores, cancellationToken);
}
