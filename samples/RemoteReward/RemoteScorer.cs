using SeqGan;

namespace RemoteReward;

/// <summary>Asks a service for the scores of sequences, in requests of at most 500 texts.</summary>
internal sealed class RemoteScorer(HttpClient http, Corpus corpus) : ISequenceScorer
{
    public string Name => "remote";

    public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        foreach (string[] texts in corpus.Decode(sequences).Chunk(500))
        {
            using HttpResponseMessage answer = await http.PostAsJsonAsync("score", texts, cancellationToken);
            answer.EnsureSuccessStatusCode();
            float[] values = (await answer.Content.ReadFromJsonAsync<float[]>(cancellationToken))!;
            if (values.Length != texts.Length)
                throw new InvalidDataException($"The service gave {values.Length} scores for {texts.Length} texts.");
            values.CopyTo(scores);
            scores = scores[values.Length..];
        }
    }
}
