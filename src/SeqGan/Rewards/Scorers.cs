namespace SeqGan.Rewards;

/// <summary>
/// Ready-made scorers and decorators, as rewards for <see cref="SeqGanBuilder.AddReward(ISequenceScorer, WeightSchedule?)"/>.
/// </summary>
/// <remarks>
/// A name is used in metrics, logs and errors and is not empty. Scorers are not thread-safe, and those that they ask stay the caller's to
/// dispose. All but the combinations, the decorators and functions of your own may run beside other scorers.
/// </remarks>
public static class Scorers
{
    private const int LargestOrder = 16;

    /// <summary>A rule over decoded text.</summary>
    /// <param name="name">The name.</param>
    /// <param name="score">A finite number for a text, or NaN for "not applicable"; called once for each sequence, in order.</param>
    /// <param name="decode">
    /// Makes text of a sequence's token ids without padding, such as <see cref="Corpus.Decode(ReadOnlySpan{int})"/>.
    /// </param>
    /// <param name="allowsConcurrency">Whether the function may run while other scorers do, on another thread.</param>
    /// <remarks>
    /// An exception of the function comes out as it is; in a reward estimator it becomes a <see cref="ScorerException"/>.
    /// </remarks>
    public static ISequenceScorer FromText(
        string name, Func<string, double> score, Func<ReadOnlySpan<int>, string> decode, bool allowsConcurrency = false) =>
        DelegateScorer.OfText(name, score, decode, allowsConcurrency);

    /// <summary>A rule over token ids.</summary>
    /// <param name="name">The name.</param>
    /// <param name="score">
    /// A finite number for a sequence without its padding, or NaN for "not applicable"; called once for each sequence, in order.
    /// </param>
    /// <param name="allowsConcurrency">Whether the function may run while other scorers do, on another thread.</param>
    /// <remarks>
    /// An exception of the function comes out as it is; in a reward estimator it becomes a <see cref="ScorerException"/>.
    /// </remarks>
    public static ISequenceScorer FromTokens(string name, Func<ReadOnlySpan<int>, double> score, bool allowsConcurrency = false) =>
        new DelegateScorer(name, score, allowsConcurrency);

    /// <summary>
    /// BLEU against a reference set, in [0, 1]: the reward of PG-BLEU, the baseline of the paper (section "Synthetic Data Experiments").
    /// </summary>
    /// <param name="references">
    /// The references; their <see cref="BleuReferences.MaxOrder"/> is the n of BLEU-n. Use training sequences: rewarding closeness to
    /// held-out ones makes them useless as a test.
    /// </param>
    /// <param name="smoothing">What an order without any match counts.</param>
    /// <param name="name">The name.</param>
    /// <remarks>
    /// Scores equal those of <see cref="BleuReferences.Score(ReadOnlySpan{int}, BleuSmoothing)"/>. BLEU rewards closeness to the
    /// references, not diversity: read it beside a metric of diversity. Large batches use several threads; scores do not depend on them.
    /// </remarks>
    /// <exception cref="ArgumentException">The smoothing is unknown, or the name is empty.</exception>
    public static ISequenceScorer Bleu(BleuReferences references, BleuSmoothing smoothing = BleuSmoothing.Epsilon, string name = "bleu") =>
        new BleuScorer(references, smoothing, name);

    /// <summary>
    /// The length: 1 within a range, falling in equal steps to 0 outside. The end token does not count. A target is a range of one length.
    /// </summary>
    /// <param name="minimum">The least number of tokens that scores 1; at least 0.</param>
    /// <param name="maximum">The largest number of tokens that scores 1; at least <paramref name="minimum"/>.</param>
    /// <param name="tolerance">How many tokens outside the range the score reaches 0; at least 1, which gives 0 to all outside.</param>
    /// <param name="format">Names the end token; null where sequences have none.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the name is empty.</exception>
    public static ISequenceScorer Length(int minimum, int maximum, int tolerance = 1, SequenceFormat? format = null, string name = "length")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, minimum);
        ArgumentOutOfRangeException.ThrowIfLessThan(tolerance, 1);
        int? endToken = format?.EndToken;
        return new DelegateScorer(name, Score, allowsConcurrency: true);

        double Score(ReadOnlySpan<int> sequence)
        {
            int length = SequenceSet.Words(sequence, endToken).Length;
            int outside = Math.Max(Math.Max(minimum - length, length - maximum), 0);
            return Math.Max(0, 1 - (float)outside / tolerance);
        }
    }

    /// <summary>
    /// Novelty: 1 where a sequence is not among known ones, 0 where it is. Sequences are compared token by token, with the end token.
    /// </summary>
    /// <param name="known">The known sequences, [Count, Length], such as <see cref="Corpus.Training"/>; they are copied.</param>
    /// <param name="name">The name.</param>
    public static ISequenceScorer Novelty(TokenBatch known, string name = "novelty")
    {
        var set = new HashSet<int[]>(known.Count, TokensComparer.Instance);
        for (int row = 0; row < known.Count; row++)
            set.Add(known[row].ToArray());
        return Novelty(set.GetAlternateLookup<ReadOnlySpan<int>>().Contains, name);
    }

    /// <summary>Novelty: 1 where a sequence is not known, 0 where it is.</summary>
    /// <param name="isKnown">
    /// Whether a sequence, without its padding, is known, such as <see cref="SequenceFingerprints.Contains"/>; called from any thread.
    /// </param>
    /// <param name="name">The name.</param>
    public static ISequenceScorer Novelty(Func<ReadOnlySpan<int>, bool> isKnown, string name = "novelty")
    {
        ArgumentNullException.ThrowIfNull(isKnown);
        return new DelegateScorer(name, sequence => isKnown(sequence) ? 0 : 1, allowsConcurrency: true);
    }

    /// <summary>
    /// How little a sequence repeats itself: the share of different n-grams among its n-grams, in (0, 1], which is 1 - seq-rep-n (Welleck
    /// et al. 2020, "Neural Text Generation with Unlikelihood Training"). 1 where there are fewer than n tokens.
    /// </summary>
    /// <param name="order">n, in [1, 16].</param>
    /// <param name="format">Names the end token, which is no part of an n-gram; null where sequences have none.</param>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">The order is out of range, or the name is empty.</exception>
    public static ISequenceScorer Repetition(int order = 4, SequenceFormat? format = null, string name = "repetition")
    {
        ThrowIfNotAnOrder(order);
        NGramNumbering[] numberings = [.. Enumerable.Range(0, order).Select(_ => new NGramNumbering())];
        int? endToken = format?.EndToken;
        return new DelegateScorer(name, ShareOfDifferent, allowsConcurrency: true);

        double ShareOfDifferent(ReadOnlySpan<int> sequence)
        {
            ReadOnlySpan<int> words = SequenceSet.Words(sequence, endToken);
            if (words.Length < order)
                return 1;
            using var ids = new NGramIds(words);
            foreach (NGramNumbering numbering in numberings)
            {
                numbering.Clear();
                ids.Add(numbering);
            }

            return (float)numberings[^1].Count / ids.Count;
        }
    }

    /// <summary>
    /// How typical a sequence's n-grams are of a corpus, in (0, 1]: exp(-|h - H|), where h is the sequence's surprise in nats a token under
    /// the corpus's n-gram model, and H the corpus's own. A sequence without tokens is not applicable.
    /// </summary>
    /// <param name="corpus">
    /// Real sequences, [Count, Length], such as <see cref="Corpus.Training"/>; at least one token. It is not kept.
    /// </param>
    /// <param name="format">The size of its vocabulary is that of the model; it names the end token, which is no part of an n-gram.</param>
    /// <param name="order">n, in [1, 16].</param>
    /// <param name="name">The name.</param>
    /// <remarks>
    /// Scores fall where n-grams are rarer than the corpus's, and also where they are commoner: a typical sequence has an information
    /// content near the entropy (Cover and Thomas, "Elements of Information Theory", chapter 3; for text Meister et al. 2023, "Locally
    /// Typical Sampling"), and what is likelier than that is repetition. The model gives token w after h the probability (c(hw) + p'(w)) /
    /// (c(h) + 1), with c the counts of the corpus and p' the same of a history that is one token shorter; below that each token has the
    /// same probability (a Dirichlet prior of weight 1: MacKay and Peto 1995).
    /// </remarks>
    /// <exception cref="ArgumentException">There is no token, the order is out of range, or the name is empty.</exception>
    public static ISequenceScorer NGramTypicality(TokenBatch corpus, SequenceFormat format, int order = 3, string name = "typicality")
    {
        ThrowIfNotAnOrder(order);
        return new NGramTypicalityScorer(corpus, format, order, name);
    }

    /// <summary>The weighted sum of several scores. NaN is left out of a sequence's sum; where no scorer applies, the sum is NaN.</summary>
    /// <param name="parts">
    /// Scorers and their weights: numbers or schedules, which are finite and may be negative. At least one scorer, and not all weights 0.
    /// Outside a training the weights are those of round 1.
    /// </param>
    /// <remarks>Scorers that allow it run beside the others. A failure of one stops them and is thrown when all have ended.</remarks>
    /// <exception cref="ArgumentException">
    /// No scorer, a scorer without a name, or weights that are not valid, or all 0, in round 1.
    /// </exception>
    public static ISequenceScorer Sum(params IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        CombinedScorer.Sum(parts);

    /// <summary>The product of several scores, each to the power of its weight: where one is 0, the product is 0.</summary>
    /// <param name="parts">As of <see cref="Sum"/>, with weights of at least 0.</param>
    /// <remarks>As of <see cref="Sum"/>; a negative score is a <see cref="ScorerException"/>.</remarks>
    /// <exception cref="ArgumentException">
    /// No scorer, a scorer without a name, or weights that are not valid, or all 0, in round 1.
    /// </exception>
    public static ISequenceScorer Product(params IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        CombinedScorer.Product(parts);

    /// <summary>Remembers the scores of a scorer that is slow or is paid by the call.</summary>
    /// <param name="scorer">Always gives the same sequence the same score.</param>
    /// <param name="capacity">The most sequences that it remembers, each with four bytes a token and about 100 more; at least 2.</param>
    /// <exception cref="ArgumentException">The scorer learns or changes, or has no name; or the capacity is out of range.</exception>
    public static CachedScorer Cached(this ISequenceScorer scorer, int capacity = 100_000) => new(scorer, capacity);

    /// <summary>
    /// Fails with a <see cref="ScorerException"/> where a scorer takes too long, so that one that hangs does not hang the training.
    /// </summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="limit">How long one call may take, of a batch of any size; positive, at most 24 days.</param>
    /// <remarks>
    /// The scorer runs on the thread pool, on copies of the batch. When the limit is over, its token is cancelled, and the call fails
    /// without waiting for it. A scorer that ignores its token is abandoned: it keeps its thread until it returns, and what it writes is
    /// lost. A call in the meantime waits for it as long as its own limit, then fails too. There is no second attempt; that is the task of
    /// the scorer's own client.
    /// </remarks>
    /// <exception cref="ArgumentException">The scorer has no name, or the limit is out of range.</exception>
    public static ISequenceScorer WithTimeLimit(this ISequenceScorer scorer, TimeSpan limit) => new TimeLimitedScorer(scorer, limit);

    /// <summary>
    /// Lowers the score of what the generator has produced before: a memory of rewarded sequences, after Blaschke, Engkvist, Bajorath and
    /// Chen 2020, "Memory-assisted reinforcement learning for diverse molecular de novo design".
    /// </summary>
    /// <param name="scorer">Scores the sequences.</param>
    /// <param name="tolerance">The size of a bucket: how often one may have been produced until it earns nothing; at least 1.</param>
    /// <param name="minimumScore">What a sequence must score to be remembered, before it is lowered; a number.</param>
    /// <param name="capacity">The most buckets that are remembered; at least 2.</param>
    /// <param name="bucketOf">
    /// The bucket of a sequence without its padding: a hash of what is to be diverse, the same on every machine; null makes each sequence a
    /// bucket of its own.
    /// </param>
    /// <remarks>
    /// <para>
    /// A score s becomes s - |s| * min(1, c / tolerance), where c is how often sequences of the same bucket were produced, and scored at
    /// least the minimum, in earlier batches: a full bucket earns nothing. The memory grows at the end of an estimation, by the generator's
    /// own sequences; completions are scored by it and do not fill it, so scores do not depend on how a batch was cut.
    /// </para>
    /// <para>
    /// The reward estimators of this library tell it of their batches, also inside a combination; one of your own calls the methods of
    /// <see cref="IAdaptiveScorer"/>, which it implements. The memory is part of checkpoints. It keeps 64 bits of a hash for each bucket:
    /// two share one with a probability of 1 / 2^64. When it is full, the buckets that were not seen since half of it came in are
    /// forgotten.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">The scorer has no name, or a number is out of range.</exception>
    public static IAdaptiveScorer WithDiversityFilter(
        this ISequenceScorer scorer, int tolerance = 25, float minimumScore = 0, int capacity = 65_536,
        Func<ReadOnlySpan<int>, ulong>? bucketOf = null) =>
        new DiversityFilter(scorer, tolerance, minimumScore, capacity, bucketOf);

    private static void ThrowIfNotAnOrder(int order)
    {
        if (order is < 1 or > LargestOrder)
            throw new ArgumentOutOfRangeException(nameof(order), order, $"The n of an n-gram is in [1, {LargestOrder}].");
    }
}
