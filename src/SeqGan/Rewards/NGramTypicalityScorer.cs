using System.Buffers;

namespace SeqGan.Rewards;

/// <summary>Scores by a corpus's n-gram model; see <see cref="Scorers.NGramTypicality"/>.</summary>
internal sealed class NGramTypicalityScorer : ISequenceScorer
{
    private readonly Order[] _orders;
    private readonly int? _endToken;
    private readonly double _uniform;

    public NGramTypicalityScorer(TokenBatch corpus, SequenceFormat format, int order, string name)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (_endToken, _uniform, Name) = (format.EndToken, 1.0 / format.VocabularySize, name);
        _orders = Array.ConvertAll(NGramNumbering.OfOrders(order), numbering => new Order(numbering, [], []));
        long tokens = 0;
        for (int row = 0; row < corpus.Count; row++)
        {
            ReadOnlySpan<int> words = SequenceSet.Words(corpus[row], _endToken);
            tokens += words.Length;
            Count(words);
        }

        if (tokens == 0)
            throw new ArgumentException($"The corpus has {corpus.Count} sequences without a token; it needs at least 1.", nameof(corpus));
        double surprise = 0;
        for (int row = 0; row < corpus.Count; row++)
            surprise += Surprise(SequenceSet.Words(corpus[row], _endToken));
        Entropy = surprise / tokens;
    }

    public string Name { get; }

    public bool AllowsConcurrency => true;

    /// <summary>The corpus's mean surprise under its own model (H), in nats a token, at least 0.</summary>
    public double Entropy { get; }

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> words = SequenceSet.Words(sequences[row], _endToken);
            scores.Span[row] = words.IsEmpty ? float.NaN : (float)Math.Exp(-Math.Abs(Surprise(words) / words.Length - Entropy));
        }

        return ValueTask.CompletedTask;
    }

    // An n-gram's number is kept at the position where it begins; 0 is the empty history's.
    private void Count(ReadOnlySpan<int> words)
    {
        int[] numbers = new int[words.Length];
        for (int n = 1; n <= _orders.Length; n++)
        {
            Order order = _orders[n - 1];
            for (int start = 0; start + n <= words.Length; start++)
            {
                int history = numbers[start];
                numbers[start] = order.Numbering.GetOrAdd(history, words[start + n - 1]);
                NGramNumbering.Increase(order.Counts, numbers[start]);
                NGramNumbering.Increase(order.Histories, history);
            }
        }
    }

    // In nats, of all tokens together.
    private double Surprise(ReadOnlySpan<int> words)
    {
        double[] rented = ArrayPool<double>.Shared.Rent(words.Length);
        int[] rentedNumbers = ArrayPool<int>.Shared.Rent(words.Length);
        Span<double> probabilities = rented.AsSpan(0, words.Length);
        Span<int> numbers = rentedNumbers.AsSpan(0, words.Length);
        probabilities.Fill(_uniform);
        numbers.Clear();
        for (int n = 1; n <= _orders.Length; n++)
            Refine(words, n, numbers, probabilities);
        double sum = 0;
        foreach (double probability in probabilities)
            sum -= Math.Log(probability);
        ArrayPool<double>.Shared.Return(rented);
        ArrayPool<int>.Shared.Return(rentedNumbers);
        return sum;
    }

    private void Refine(ReadOnlySpan<int> words, int n, Span<int> numbers, Span<double> probabilities)
    {
        Order order = _orders[n - 1];
        for (int start = 0; start + n <= words.Length; start++)
        {
            // A history that the corpus lacks says nothing: the shorter one's probability stays.
            if (numbers[start] == NGramNumbering.Unknown)
                continue;
            int history = numbers[start], position = start + n - 1;
            numbers[start] = order.Numbering.Find(history, words[position]);
            int count = numbers[start] == NGramNumbering.Unknown ? 0 : order.Counts[numbers[start]];
            int histories = history < order.Histories.Count ? order.Histories[history] : 0;
            probabilities[position] = (count + probabilities[position]) / (histories + 1.0);
        }
    }

    // How often each n-gram occurs in the corpus, and how often each (n-1)-gram has a token after it.
    private sealed record Order(NGramNumbering Numbering, List<int> Counts, List<int> Histories);
}
