namespace SeqGan;

/// <summary>A set of references, counted once, against which any number of sequences is scored by BLEU (Papineni et al. 2002).</summary>
/// <remarks>
/// <para>
/// The score of a sequence is NLTK's <c>sentence_bleu</c> with uniform weights: the geometric mean of the clipped n-gram
/// precisions, times a penalty where the sequence is shorter than the reference whose length is closest (of two as close,
/// the shorter). A sequence that shares no token with the references has 0, as an empty one has. Many sequences have the mean of their scores, as
/// the papers of the field report it, which is not the corpus BLEU of machine translation.
/// </para>
/// <para>
/// Counts are exact and use all references: nothing is sampled or cut. Scoring takes a time that does not depend on the
/// number of references. Immutable and thread-safe.
/// </para>
/// </remarks>
public sealed class BleuReferences
{
    private const int HighestOrder = 16;
    private const double Epsilon = 0.1;

    private readonly TokenSequences _references;
    private readonly NgramTable _table;
    private readonly ReferenceCounts[] _counts;
    private readonly SortedList<int, int> _lengths;

    /// <summary>Counts the references.</summary>
    /// <param name="references">At least one.</param>
    /// <param name="maximumOrder">The longest n-grams, in [1, 16]. The default value is 5.</param>
    /// <param name="smoothing">What to do where no n-gram of an order matches. The default value is the field's.</param>
    /// <exception cref="ArgumentException">There are no references, or an argument is out of range.</exception>
    public BleuReferences(TokenSequences references, int maximumOrder = 5, BleuSmoothing smoothing = BleuSmoothing.Epsilon)
    {
        ArgumentNullException.ThrowIfNull(references);
        references.ThrowIfEmpty(nameof(references));
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumOrder, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumOrder, HighestOrder);
        if (!Enum.IsDefined(smoothing))
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, $"Smoothing is {nameof(BleuSmoothing.Epsilon)} or {nameof(BleuSmoothing.None)}.");
        (MaximumOrder, Smoothing, _references) = (maximumOrder, smoothing, references);
        _table = new NgramTable(maximumOrder);
        _counts = [.. Enumerable.Range(0, maximumOrder).Select(_ => new ReferenceCounts())];
        var lengths = new Dictionary<int, int>();
        List<int>[] numbers = [.. Enumerable.Range(0, maximumOrder).Select(_ => new List<int>())];
        for (int reference = 0; reference < references.Count; reference++)
        {
            lengths[references[reference].Length] = lengths.GetValueOrDefault(references[reference].Length) + 1;
            _table.AddAll(references[reference], (order, number) => numbers[order - 1].Add(number));
            for (int order = 0; order < maximumOrder; order++)
            {
                _counts[order].Add(reference, numbers[order]);
                numbers[order].Clear();
            }
        }

        _lengths = new SortedList<int, int>(lengths);
    }

    /// <summary>The longest n-grams that are counted.</summary>
    public int MaximumOrder { get; }

    /// <summary>What is done where no n-gram of an order matches.</summary>
    public BleuSmoothing Smoothing { get; }

    /// <summary>The number of references.</summary>
    public int Count => _references.Count;

    /// <summary>Scores one sequence.</summary>
    /// <param name="sequence">Tokens, without end token and padding, numbered as the references are.</param>
    /// <returns>BLEU-1 to BLEU-<see cref="MaximumOrder"/>, each in [0, 1].</returns>
    public BleuScores Score(ReadOnlySpan<int> sequence)
    {
        double[] scores = new double[MaximumOrder];
        AddScores(sequence, ReferenceCounts.Nobody, new int[Math.Max(1, sequence.Length)], scores);
        return new BleuScores(scores);
    }

    /// <summary>The mean scores of sequences; several threads work on it.</summary>
    /// <param name="sequences">At least one, numbered as the references are.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public BleuScores Mean(TokenSequences sequences, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        sequences.ThrowIfEmpty(nameof(sequences));
        return Mean(sequences, isSelf: false, cancellationToken);
    }

    /// <summary>Self-BLEU (Zhu et al. 2018, Texygen): the mean score of each of these sequences against all the others.</summary>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    /// <returns>
    /// Each in [0, 1]; lower is more diverse. A sequence is never its own reference; another that is equal to it is one.
    /// It rises with the number of sequences, so compare equal numbers.
    /// </returns>
    /// <exception cref="InvalidOperationException">There is only one sequence.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public BleuScores Self(CancellationToken cancellationToken = default) => Count > 1
        ? Mean(_references, isSelf: true, cancellationToken)
        : throw new InvalidOperationException("Self-BLEU compares sequences with each other; there is only one.");

    private BleuScores Mean(TokenSequences sequences, bool isSelf, CancellationToken cancellationToken)
    {
        // A sum for each block in a fixed order: the result does not depend on the threads.
        const int Block = 64;
        int blocks = (sequences.Count + Block - 1) / Block;
        double[][] sums = new double[blocks][];
        Parallel.For(0, blocks, new ParallelOptions { CancellationToken = cancellationToken }, block =>
        {
            double[] sum = new double[MaximumOrder];
            int[] numbers = [];
            for (int index = block * Block; index < Math.Min(sequences.Count, (block + 1) * Block); index++)
            {
                if (numbers.Length < sequences[index].Length)
                    numbers = new int[sequences[index].Length];
                AddScores(sequences[index], isSelf ? index : ReferenceCounts.Nobody, numbers, sum);
            }

            sums[block] = sum;
        });
        return new BleuScores([.. Enumerable.Range(0, MaximumOrder).Select(order => sums.Sum(sum => sum[order]) / sequences.Count)]);
    }

    /// <summary>Adds the scores of a sequence, leaving one reference out; numbers are scratch of at least the sequence's length.</summary>
    private void AddScores(ReadOnlySpan<int> sequence, int leftOut, Span<int> numbers, Span<double> scores)
    {
        if (sequence.IsEmpty)
            return;
        int closest = ClosestLength(sequence.Length, leftOut == ReferenceCounts.Nobody ? null : sequence.Length);
        double penalty = sequence.Length > closest ? 1 : Math.Exp(1 - ((double)closest / sequence.Length));
        double logarithms = 0;
        numbers = numbers[..sequence.Length];
        Span<int> sorted = sequence.Length <= 256 ? stackalloc int[sequence.Length] : new int[sequence.Length];
        for (int order = 1; order <= MaximumOrder; order++)
        {
            int matches = CountMatches(sequence, order, numbers, sorted, leftOut);
            if (matches == 0 && (order == 1 || Smoothing == BleuSmoothing.None))
                return;
            logarithms += Math.Log((matches == 0 ? Epsilon : matches) / Math.Max(1, sequence.Length - order + 1));
            scores[order - 1] += penalty * Math.Exp(logarithms / order);
        }
    }

    /// <summary>
    /// Numbers are, on entry, those of the n-grams of the order before, by their ends; on return this order's. Sorted is
    /// scratch of the sequence's length.
    /// </summary>
    private int CountMatches(ReadOnlySpan<int> sequence, int order, Span<int> numbers, Span<int> sorted, int leftOut)
    {
        int found = 0;
        for (int end = sequence.Length - 1; end >= order - 1; end--)
        {
            numbers[end] = _table.Find(order, order > 1 ? numbers[end - 1] : 0, sequence[end]);
            if (numbers[end] != NgramTable.None)
                sorted[found++] = numbers[end];
        }

        sorted = sorted[..found];
        sorted.Sort();
        int matches = 0;
        for (int start = 0, next; start < found; start = next)
        {
            for (next = start + 1; next < found && sorted[next] == sorted[start];)
                next++;
            matches += Math.Min(next - start, _counts[order - 1].Largest(sorted[start], leftOut));
        }

        return matches;
    }

    /// <summary>Of the references, but for one of the length that is left out.</summary>
    private int ClosestLength(int length, int? leftOut)
    {
        int closest = -1;
        foreach ((int candidate, int count) in _lengths)
        {
            if (candidate == leftOut && count == 1)
                continue;
            if (closest < 0 || Math.Abs(candidate - length) < Math.Abs(closest - length))
                closest = candidate;
        }

        return closest;
    }
}
