namespace SeqGan.Evaluation;

/// <summary>A reference set for BLEU, counted once; scores of all orders from 1 to n come from one pass.</summary>
/// <remarks>
/// BLEU-n (Papineni et al. 2002) of one sentence against all references: the geometric mean, with equal weights, of the shares of its
/// 1-grams to n-grams that the references have, each n-gram counted at most as often as in the reference that has most of it; times
/// exp(1 - r / c) if the sentence's length c is at most r, the closest reference length (of two equally close ones the shorter). A set's
/// BLEU is the mean over its sentences, as papers on text generation report it, not the BLEU of a corpus. Values equal those of NLTK's
/// <c>sentence_bleu</c>, except that without smoothing a 0 is exactly 0. With smoothing, an order without a match counts 0.1 matches
/// ("method 1" of Chen and Cherry 2014, with NLTK's 0.1). Without it, BLEU is 0 from that order on. Padding and the end token are not part
/// of any n-gram or length. It uses at most the given number of threads, one for each processor if that is 0; results do not depend on it.
/// Immutable and thread-safe.
/// </remarks>
public sealed class BleuReferences
{
    private const int NoSentence = -1;
    private const double Epsilon = 0.1;

    private readonly NGramClips[] _orders;
    private readonly SortedList<int, int> _lengths = [];
    private readonly int[] _tokens;
    private readonly int[] _starts;
    private readonly int[] _closestLengths;
    private readonly int? _endToken;

    /// <summary>Counts the n-grams, n from 1 to an order in [1, 16], of at least one reference, [Count, Length].</summary>
    /// <remarks>The format has the end token; null if sequences have none.</remarks>
    /// <exception cref="ArgumentException">There is no reference, or the order is out of range.</exception>
    public BleuReferences(TokenBatch references, SequenceFormat? format = null, int maxOrder = 5)
    {
        SequenceSet.ThrowIfEmpty(references);
        _endToken = format?.EndToken;
        _orders = Array.ConvertAll(NGramNumbering.OfOrders(maxOrder), numbering => new NGramClips(numbering));
        _starts = new int[references.Count + 1];
        var tokens = new List<int>(references.TokenCount);
        for (int row = 0; row < references.Count; row++)
        {
            ReadOnlySpan<int> words = SequenceSet.Words(references[row], _endToken);
            tokens.AddRange(words);
            _starts[row + 1] = tokens.Count;
            _lengths[words.Length] = _lengths.GetValueOrDefault(words.Length) + 1;
            CountNGrams(words, row);
        }

        _tokens = [.. tokens];
        _closestLengths = [.. Enumerable.Range(0, _lengths.Keys[^1] + 1).Select(length => FindClosestLength(length, NoSentence))];
    }

    /// <summary>The number of references.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The largest n.</summary>
    public int MaxOrder => _orders.Length;

    /// <summary>BLEU-1 to BLEU-n of one sentence, token ids without padding.</summary>
    /// <returns>By order, from 1 to <see cref="MaxOrder"/>; each in [0, 1]. All 0 if no token is in a reference.</returns>
    public IReadOnlyDictionary<int, double> Score(ReadOnlySpan<int> hypothesis, bool smoothing = true)
    {
        double[] scores = new double[MaxOrder];
        Score(SequenceSet.Words(hypothesis, _endToken), NoSentence, smoothing, scores);
        return ByOrder(scores);
    }

    /// <summary>The mean of BLEU-1 to BLEU-n over at least one sentence, [Count, Length].</summary>
    /// <returns>By order, from 1 to <see cref="MaxOrder"/>; each in [0, 1].</returns>
    /// <exception cref="ArgumentException">There is no sentence, or an argument is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyDictionary<int, double> Mean(
        TokenBatch hypotheses, bool smoothing = true, int maxThreads = 0, CancellationToken cancellationToken = default)
    {
        SequenceSet.ThrowIfEmpty(hypotheses);
        void ScoreRow(int row, Memory<double> scores) =>
            Score(SequenceSet.Words(hypotheses[row], _endToken), NoSentence, smoothing, scores.Span);
        return Mean(hypotheses.Count, ScoreRow, maxThreads, cancellationToken);
    }

    /// <summary>Self-BLEU (Zhu et al. 2018, "Texygen"): the mean BLEU of each sentence of this set against all the others.</summary>
    /// <returns>
    /// By order, from 1 to <see cref="MaxOrder"/>; each in [0, 1], lower is more diverse. A sentence is never its own reference, but a copy
    /// of it elsewhere in the set is. It rises with the number of sentences, so compare equal counts.
    /// </returns>
    /// <exception cref="InvalidOperationException">The set has fewer than 2 sentences.</exception>
    /// <exception cref="ArgumentException">An argument is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyDictionary<int, double> SelfMean(
        bool smoothing = true, int maxThreads = 0, CancellationToken cancellationToken = default)
    {
        if (Count < 2)
            throw new InvalidOperationException($"Self-BLEU compares each sentence with the others: it needs at least 2, not {Count}.");
        void ScoreRow(int row, Memory<double> scores) => Score(_tokens.AsSpan(_starts[row].._starts[row + 1]), row, smoothing, scores.Span);
        return Mean(Count, ScoreRow, maxThreads, cancellationToken);
    }

    /// <summary>BLEU of the largest order, without allocating; <paramref name="orders"/> is scratch memory, [MaxOrder].</summary>
    internal double ScoreLargest(ReadOnlySpan<int> hypothesis, bool smoothing, Span<double> orders)
    {
        Score(SequenceSet.Words(hypothesis, _endToken), NoSentence, smoothing, orders);
        return orders[^1];
    }

    private static Dictionary<int, double> ByOrder(double[] scores) =>
        scores.Index().ToDictionary(score => score.Index + 1, score => score.Item);

    private Dictionary<int, double> Mean(int rows, Action<int, Memory<double>> score, int maxThreads, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxThreads);
        double[] scores = new double[(long)rows * MaxOrder];
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = maxThreads == 0 ? Environment.ProcessorCount : maxThreads,
            CancellationToken = cancellationToken,
        };
        Parallel.For(0, rows, options, row => score(row, scores.AsMemory(row * MaxOrder, MaxOrder)));

        // In the order of the rows, so that threads change no bit.
        double[] means = new double[MaxOrder];
        for (int i = 0; i < scores.Length; i++)
            means[i % MaxOrder] += scores[i];
        return ByOrder(Array.ConvertAll(means, sum => sum / rows));
    }

    private void CountNGrams(ReadOnlySpan<int> words, int sentence)
    {
        using var ids = new NGramIds(words);
        foreach (NGramClips order in _orders)
        {
            for (ReadOnlySpan<int> numbers = ids.Add(order.Numbering); !numbers.IsEmpty; numbers = numbers[NGramIds.Run(numbers)..])
                order.Record(numbers[0], NGramIds.Run(numbers), sentence);
        }
    }

    private void Score(ReadOnlySpan<int> words, int excluded, bool smoothing, Span<double> scores)
    {
        scores.Clear();
        if (words.IsEmpty)
            return;
        int reference = excluded == NoSentence
            ? _closestLengths[Math.Min(words.Length, _closestLengths.Length - 1)]
            : FindClosestLength(words.Length, excluded);
        double penalty = words.Length > reference ? 1 : Math.Exp(1 - (double)reference / words.Length);
        using var ids = new NGramIds(words);
        double logarithms = 0;
        for (int order = 1; order <= _orders.Length; order++)
        {
            NGramClips clips = _orders[order - 1];
            int matches = Matches(ids.Find(clips.Numbering), clips, excluded);
            if (matches == 0 && (order == 1 || !smoothing))
                return;
            logarithms += Math.Log((matches == 0 ? Epsilon : matches) / Math.Max(1, ids.Count));
            scores[order - 1] = penalty * Math.Exp(logarithms / order);
        }
    }

    private static int Matches(ReadOnlySpan<int> numbers, NGramClips clips, int excluded)
    {
        int matches = 0;
        while (!numbers.IsEmpty)
        {
            int run = NGramIds.Run(numbers);
            if (numbers[0] != NGramNumbering.Unknown)
                matches += Math.Min(run, clips.LargestWithout(numbers[0], excluded));
            numbers = numbers[run..];
        }

        return matches;
    }

    private int FindClosestLength(int length, int excluded)
    {
        int own = excluded == NoSentence ? -1 : length, closest = -1;
        foreach ((int candidate, int count) in _lengths)
        {
            // The only sentence of this length is excluded. Lengths ascend, so the shorter of two equally close ones stays.
            bool isOther = candidate != own || count > 1;
            if (isOther && (closest < 0 || Math.Abs(candidate - length) < Math.Abs(closest - length)))
                closest = candidate;
        }

        return closest;
    }
}
