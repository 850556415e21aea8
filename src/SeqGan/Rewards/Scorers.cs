namespace SeqGan.Rewards;

/// <summary>
/// Ready-made scorers and decorators, as rewards for <see cref="SeqGanBuilder.AddReward(ISequenceScorer, WeightSchedule?)"/>.
/// </summary>
/// <remarks>
/// A name is used in metrics, logs and errors and is not empty. Scorers are not thread-safe, and those that they ask stay the caller's to
/// dispose. All but the combinations, the decorators and functions of your own may run beside other scorers.
/// </remarks>
/// <example>
/// <code>
/// ISequenceScorer length = Scorers.Length(minimum: 4, maximum: 10);
/// ISequenceScorer fresh = Scorers.Novelty(corpus.Training);
/// builder.AddReward(length, 0.2).AddReward(fresh, 0.5);
/// </code>
/// </example>
public static class Scorers
{
    /// <summary>
    /// A rule over text, which a function such as <see cref="Corpus.Decode(ReadOnlySpan{int})"/> makes of token ids without padding.
    /// </summary>
    /// <inheritdoc cref="FromTokens"/>
    public static ISequenceScorer FromText(
        string name, Func<string, double> score, Func<ReadOnlySpan<int>, string> decode, bool allowsConcurrency = false)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(decode);
        return new DelegateScorer(name, sequence => score(decode(sequence)), allowsConcurrency);
    }

    /// <summary>A rule over a sequence's token ids, without its padding.</summary>
    /// <remarks>
    /// The function gives a finite number, or NaN for "not applicable"; it is called once for each sequence, in order. If it allows
    /// concurrency, it may run on another thread while other scorers do. Its exceptions come out as they are; in a reward estimator they
    /// become a <see cref="ScorerException"/>.
    /// </remarks>
    public static ISequenceScorer FromTokens(string name, Func<ReadOnlySpan<int>, double> score, bool allowsConcurrency = false) =>
        new DelegateScorer(name, score, allowsConcurrency);

    /// <summary>
    /// BLEU against a reference set, in [0, 1]: the reward of PG-BLEU, the baseline of the paper (section "Synthetic Data Experiments").
    /// </summary>
    /// <remarks>
    /// Scores equal those of <see cref="BleuReferences.Score(ReadOnlySpan{int}, bool)"/>, of the largest order. Use training sequences as
    /// references: rewarding closeness to held-out ones makes them useless as a test. BLEU rewards closeness to the references, not
    /// diversity: read it beside a metric of diversity. Large batches use several threads; scores do not depend on them.
    /// </remarks>
    public static ISequenceScorer Bleu(BleuReferences references, bool smoothing = true, string name = "bleu") =>
        new BleuScorer(references, smoothing, name);

    /// <summary>
    /// The number of tokens, without the end token: 1 in the range from minimum to maximum, falling in equal steps to 0 outside. The score
    /// is 0 at <paramref name="tolerance"/> tokens outside the range; 1, the least, gives 0 to all outside.
    /// </summary>
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
    /// Novelty: 0 for a sequence that is among known ones, [Count, Length], such as <see cref="Corpus.Training"/>, otherwise 1. Sequences
    /// are compared token by token, with the end token. It copies the known ones.
    /// </summary>
    public static ISequenceScorer Novelty(TokenBatch known, string name = "novelty")
    {
        var copy = new TokenBatch(known.Tokens.ToArray(), known.Count, known.Length, known.Lengths.ToArray());
        return Novelty(SequenceComparer.Distinct(copy).GetAlternateLookup<ReadOnlySpan<int>>().Contains, name);
    }

    /// <summary>
    /// Novelty: 0 for a sequence, without its padding, that a function knows, such as <see cref="SequenceFingerprints.Contains"/>,
    /// otherwise 1. The function is called from any thread.
    /// </summary>
    public static ISequenceScorer Novelty(Func<ReadOnlySpan<int>, bool> isKnown, string name = "novelty")
    {
        ArgumentNullException.ThrowIfNull(isKnown);
        return new DelegateScorer(name, sequence => isKnown(sequence) ? 0 : 1, allowsConcurrency: true);
    }

    /// <summary>
    /// How little a sequence repeats itself: the share of different n-grams, n in [1, 16], among its n-grams, in (0, 1]. It is 1 -
    /// seq-rep-n (Welleck et al. 2020, "Neural Text Generation with Unlikelihood Training"), and 1 for fewer than n tokens. The end token
    /// is not part of an n-gram.
    /// </summary>
    /// <exception cref="ArgumentException">The order is out of range, or the name is empty.</exception>
    public static ISequenceScorer Repetition(int order = 4, SequenceFormat? format = null, string name = "repetition")
    {
        NGramNumbering[] numberings = NGramNumbering.OfOrders(order);
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
    /// <remarks>
    /// The corpus is real sequences, [Count, Length], such as <see cref="Corpus.Training"/>; it is not kept. n is in [1, 16], and the end
    /// token is not part of an n-gram. Scores fall if n-grams are rarer than the corpus's, and if they are commoner: a typical sequence
    /// has an information content near the entropy (Cover and Thomas, "Elements of Information Theory", chapter 3; for text Meister et al.
    /// 2023, "Locally Typical Sampling"), and what is likelier than that is repetition. The model gives token w after h the probability
    /// (c(hw) + p'(w)) / (c(h) + 1), with c the counts of the corpus and p' the same of a history that is one token shorter; below that all
    /// tokens have the same probability (a Dirichlet prior of weight 1: MacKay and Peto 1995).
    /// </remarks>
    /// <exception cref="ArgumentException">There is no token, the order is out of range, or the name is empty.</exception>
    public static ISequenceScorer NGramTypicality(TokenBatch corpus, SequenceFormat format, int order = 3, string name = "typicality") =>
        new NGramTypicalityScorer(corpus, format, order, name);

    /// <summary>The weighted sum of several scores. NaN is left out of a sequence's sum; if no scorer applies, the sum is NaN.</summary>
    /// <remarks>
    /// Weights are numbers or schedules, finite, maybe negative, and not all 0. Outside a training they are those of round 1. Scorers that
    /// allow it run beside the others. A failure of one stops them and is thrown when all have ended.
    /// </remarks>
    /// <exception cref="ArgumentException">No scorer, one without a name, or weights that are not valid, or all 0, in round 1.</exception>
    public static ISequenceScorer Sum(params IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        CombinedScorer.Sum(parts);

    /// <summary>The product of several scores, each to the power of its weight: if one is 0, the product is 0.</summary>
    /// <remarks>As <see cref="Sum"/>, with weights of at least 0; a negative score is a <see cref="ScorerException"/>.</remarks>
    /// <exception cref="ArgumentException">No scorer, one without a name, or weights that are not valid, or all 0, in round 1.</exception>
    public static ISequenceScorer Product(params IEnumerable<(ISequenceScorer Scorer, WeightSchedule Weight)> parts) =>
        CombinedScorer.Product(parts);

    /// <summary>
    /// Remembers the scores of a scorer that is slow or paid by the call, and always gives the same sequence the same score. The capacity
    /// is the most sequences that it remembers, at least 2; each has four bytes a token and about 100 more.
    /// </summary>
    /// <exception cref="ArgumentException">The scorer learns or changes, or has no name; or the capacity is out of range.</exception>
    public static CachedScorer Cached(this ISequenceScorer scorer, int capacity = 100_000) => new(scorer, capacity);

    /// <summary>
    /// Fails with a <see cref="ScorerException"/> if a scorer takes too long, so that one that hangs does not hang the training. The limit
    /// is that of one call, of a batch of any size; positive, at most 24 days.
    /// </summary>
    /// <remarks>
    /// The scorer runs on the thread pool, on copies of the batch. When the limit is over, its token is cancelled, and the call fails
    /// without waiting for it. A scorer that ignores its token is abandoned: it keeps its thread until it returns, and what it writes is
    /// lost. A call in the meantime waits for it as long as its own limit, then fails too. There is no second attempt; that is the task of
    /// the scorer's own client. <see cref="SkippingFailures"/> goes around it.
    /// </remarks>
    /// <exception cref="ArgumentException">The scorer has no name, or the limit is out of range.</exception>
    public static ISequenceScorer WithTimeLimit(this ISequenceScorer scorer, TimeSpan limit) => new TimeLimitedScorer(scorer, limit);

    /// <summary>
    /// Leaves out the scores of calls that fail, instead of ending the training: for a remote service, after its client has tried again.
    /// </summary>
    /// <param name="scorer">Scores the sequences.</param>
    /// <param name="mostInARow">The most calls in a row that are skipped, at least 1; the next failure ends the training.</param>
    /// <remarks>
    /// A call of a batch of any size fails with whatever it throws, also a time limit, and with scores that are not valid. Its scores are
    /// NaN: they are counted in <see cref="TrainingProgress.ScoresNotApplicable"/>, and the failure is logged as a warning. A sum or
    /// product that contains such a score is NaN too, and a reward estimator gives their tokens the mean reward of the others at the same
    /// position: the sequences are neither rewarded nor punished. A training in which calls failed cannot be repeated exactly. Cache the
    /// scorer inside (<c>scorer.Cached().SkippingFailures()</c>): a cache refuses a scorer whose scores are sometimes left out.
    /// </remarks>
    /// <exception cref="ArgumentException">The scorer has no name, or the number is out of range.</exception>
    public static ISequenceScorer SkippingFailures(this ISequenceScorer scorer, int mostInARow = 10) =>
        new FailureSkippingScorer(scorer, mostInARow);

    /// <summary>
    /// Lowers the score of what the generator has produced before: a memory of rewarded sequences, after Blaschke, Engkvist, Bajorath and
    /// Chen 2020, "Memory-assisted reinforcement learning for diverse molecular de novo design".
    /// </summary>
    /// <param name="scorer">Scores the sequences.</param>
    /// <param name="tolerance">The size of a bucket: how often one may have been produced until it earns nothing; at least 1.</param>
    /// <param name="minimumScore">What a sequence must score to be remembered, before it is lowered; a number.</param>
    /// <param name="capacity">The most buckets that are remembered; at least 2.</param>
    /// <param name="bucketOf">A hash of what is to be diverse, the same on every machine; null: each sequence is its own bucket.</param>
    /// <remarks>
    /// A score s becomes s - |s| * min(1, c / tolerance), where c is how often sequences of the same bucket were produced, and scored at
    /// least the minimum, in earlier batches: a full bucket earns nothing. The memory grows at the end of an estimation, by the generator's
    /// own sequences; completions are scored by it and do not fill it, so scores do not depend on how a batch was cut. The memory is part
    /// of checkpoints. When it is full, it forgets the buckets that were not seen since half of it came in. It keeps 64 bits of a hash for
    /// each bucket. The reward estimators of this library tell it of their batches, also inside a combination; one of your own calls the
    /// methods of <see cref="IAdaptiveScorer"/>.
    /// </remarks>
    /// <exception cref="ArgumentException">The scorer has no name, or a number is out of range.</exception>
    public static IAdaptiveScorer WithDiversityFilter(
        this ISequenceScorer scorer, int tolerance = 25, float minimumScore = 0, int capacity = 65_536,
        Func<ReadOnlySpan<int>, ulong>? bucketOf = null) =>
        new DiversityFilter(scorer, tolerance, minimumScore, capacity, bucketOf);
}
