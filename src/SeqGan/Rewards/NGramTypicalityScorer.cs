using System.Buffers;

namespace SeqGan;

/// <summary>
/// Scores how typical a sequence's n-grams are of a corpus: exp(-|h - H|), where h is the sequence's surprise in nats a token under the
/// corpus's n-gram model, and H the corpus's own.
/// </summary>
/// <remarks>
/// <para>
/// Scores are in (0, 1]: 1 where the sequence surprises as much as a sequence of the corpus does on average, less where its n-grams are
/// rarer, and also where they are commoner: a typical sequence has an information content near the entropy (Cover and Thomas, "Elements of
/// Information Theory", chapter 3; for text Meister et al. 2023, "Locally Typical Sampling"), and what is likelier than that is
/// repetition. A sequence without tokens is not applicable.
/// </para>
/// <para>
/// The model gives token w after h the probability (c(hw) + p'(w)) / (c(h) + 1), with c the counts of the corpus and p' the same of a
/// history that is one token shorter; below that each token has the same probability (a Dirichlet prior of weight 1: MacKay and
/// Peto 1995). Padding and the end token are no part of an n-gram. May run beside other scorers.
/// </para>
/// </remarks>
public sealed class NGramTypicalityScorer : ISequenceScorer
{
    private const int LargestOrder = 16;

    private readonly Order[] _orders;
    private readonly int? _endToken;
    private readonly double _uniform;

    /// <summary>Counts the n-grams of a corpus.</summary>
    /// <param name="corpus">Real sequences, [Count, Length], such as <see cref="Corpus.Training"/>; at least one token. It is not kept.</param>
    /// <param name="order">n, in [1, 16].</param>
    /// <param name="format">Its vocabulary's size is that of the model, and it names the end token.</param>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <exception cref="ArgumentException">There is no token, the order is out of range, or the name is empty.</exception>
    public NGramTypicalityScorer(TokenBatch corpus, SequenceFormat format, int order = 3, string name = "typicality")
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (order is < 1 or > LargestOrder)
            throw new ArgumentOutOfRangeException(nameof(order), order, $"The n of an n-gram is in [1, {LargestOrder}].");
        (_endToken, _uniform, Name) = (format.EndToken, 1.0 / format.VocabularySize, name);
        _orders = [.. Enumerable.Range(0, order).Select(_ => new Order())];
        long tokens = 0;
        for (int row = 0; row < corpus.Count; row++)
        {
            ReadOnlySpan<int> words = SequenceSet.Words(corpus, row, _endToken);
            tokens += words.Length;
            Count(words);
        }

        if (tokens == 0)
            throw new ArgumentException($"The corpus has {corpus.Count} sequences without a token; a model needs at least 1.", nameof(corpus));
        double surprise = 0;
        for (int row = 0; row < corpus.Count; row++)
            surprise += Surprise(SequenceSet.Words(corpus, row, _endToken));
        Entropy = surprise / tokens;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool AllowsConcurrency => true;

    /// <summary>The corpus's mean surprise under its own model (H), in nats a token, at least 0.</summary>
    public double Entropy { get; }

    /// <inheritdoc/>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<int> words = SequenceSet.Words(sequences, row, _endToken);
            scores.Span[row] = words.IsEmpty ? float.NaN : (float)Math.Exp(-Math.Abs(Surprise(words) / words.Length - Entropy));
        }

        return ValueTask.CompletedTask;
    }

    // Each order's numbers stand at the position where the n-gram begins; 0 is the empty history's.
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
                Order.Increase(order.Counts, numbers[start]);
                Order.Increase(order.Histories, history);
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

    private sealed class Order
    {
        public NGramNumbering Numbering { get; } = new();

        /// <summary>How often each n-gram stands in the corpus.</summary>
        public List<int> Counts { get; } = [];

        /// <summary>How often each (n-1)-gram has a token after it.</summary>
        public List<int> Histories { get; } = [];

        public static void Increase(List<int> counts, int number)
        {
            while (number >= counts.Count)
                counts.Add(0);
            counts[number]++;
        }
    }
}
