namespace SeqGan.Sampling;

/// <summary>
/// Completions of prefixes, cut into pieces that threads take. Completions of one prefix share its state and its next token's distribution;
/// a slot whose sequence ends takes the next completion at once.
/// </summary>
internal sealed unsafe class DecodingJob
{
    // Enough pieces that a thread which loses its core for a while does not hold up the others, and large enough to fill the slots.
    private const int PiecesPerThread = 4, SmallestPiece = 64;

    private readonly CompiledPolicy _policy;
    private readonly Kernels _kernels;
    private readonly TokenBatch _sequences;
    private readonly ReadOnlyMemory<int> _labels;
    private readonly Completion[] _completions;
    private readonly int[] _order;
    private readonly RandomKey _key;
    private readonly int _firstRow;
    private readonly SamplingOptions _options;
    private readonly SequenceBuffer _destination;
    private readonly ConstraintGuard? _guard;
    private readonly Memory<float> _pools;

    /// <summary>Resets the destination to one row for each completion. If there is one sequence, all completions are its own.</summary>
    /// <remarks>
    /// The labels are those of the rows that completions name, none if the format has none; completions of one sequence may differ in them.
    /// The key determines every draw, and the first row is the number in it of row 0. The options are valid; the seed is the key's. If
    /// there is room for pools and one prefix, they become those of <see cref="PoolingJob"/>, a row for each completion.
    /// </remarks>
    public DecodingJob(
        CompiledPolicy policy, Kernels kernels, TokenBatch sequences, ReadOnlySpan<Completion> completions, ReadOnlyMemory<int> labels,
        RandomKey key, int firstRow, SamplingOptions options, SequenceBuffer destination, Memory<float> pools = default)
    {
        _pools = pools;
        (_policy, _kernels, _sequences, _labels, _completions) = (policy, kernels, sequences, labels, completions.ToArray());
        (_key, _firstRow, _options, _destination, _order) = (key, firstRow, options, destination, Order());
        _guard = ConstraintGuard.For(options.Constraint, policy.Format, nameof(options), policy.Vocabulary);
        destination.Reset(completions.Length);
        Span<int> destinationLabels = destination.Labels;
        for (int i = 0; i < destinationLabels.Length; i++)
            destinationLabels[i] = Label(_completions[i]);
    }

    private bool Pools => !_pools.IsEmpty;

    private bool HasOnePrefix => _sequences.Count == 1;

    private SequenceFormat Format => _policy.Format;

    private AlignedArray Bias => _options is { AllowUnknown: true, Constraint: not KnownTokensConstraint }
        ? _policy.Output.DataBias
        : _policy.Output.Bias;

    public int CountPieces(int threads) => Math.Clamp(_order.Length / SmallestPiece, 1, threads * PiecesPerThread);

    /// <summary>Makes one of the pieces. Different pieces may be made at the same time.</summary>
    public void Run(int piece, int pieces, DecodingWorker worker, CancellationToken cancellationToken)
    {
        int next = (int)((long)_order.Length * piece / pieces), end = (int)((long)_order.Length * (piece + 1) / pieces);
        var distribution = new TokenDistribution(_kernels, Format.VocabularySize, worker.Columns, worker.Sums, _options);
        while (next < end)
        {
            int first = next;
            var rows = new List<Range>();
            while (next < end && rows.Count < worker.Slots && IsRoot(next) == IsRoot(first))
            {
                int start = next;
                while (next < end && IsRoot(next) == IsRoot(start) && Group(At(next)) == Group(At(start)))
                    next++;
                rows.Add(start..next);
            }

            AdvancePrefixes(rows, worker, distribution, cancellationToken);
            Finish(rows, worker, distribution, cancellationToken);
        }
    }

    // By what begins alike and by prefix; the empty prefix is the same in every row of a label, and comes first.
    private int[] Order()
    {
        int[] order = [.. Enumerable.Range(0, _completions.Length)];
        long[] keys = Array.ConvertAll(_completions, SortKey);
        for (int i = 1; i < keys.Length; i++)
        {
            if (keys[i - 1] <= keys[i])
                continue;
            Array.Sort(keys, order);
            break;
        }

        return order;
    }

    private long SortKey(Completion completion) => completion.PrefixLength == 0
        ? Label(completion) - (long)int.MaxValue
        : ((long)Group(completion) << 32) | (uint)completion.PrefixLength;

    private int Sequence(Completion completion) => HasOnePrefix ? 0 : completion.Row;

    private int Label(Completion completion) => _labels.IsEmpty ? 0 : _labels.Span[completion.Row];

    /// <summary>Completions of one group whose prefixes are of one length have the same prefix and label.</summary>
    private int Group(Completion completion) => HasOnePrefix || completion.PrefixLength == 0 ? Label(completion) : completion.Row;

    private Completion At(int index) => _completions[_order[index]];

    private bool IsRoot(int index) => At(index).PrefixLength == 0;

    /// <summary>
    /// Runs through the prefixes of some rows, one row a slot, draws each completion's first token and saves the state that it continues
    /// from, at one place for each row and prefix in the order of the completions.
    /// </summary>
    private void AdvancePrefixes(
        List<Range> rows, DecodingWorker worker, TokenDistribution distribution, CancellationToken cancellationToken)
    {
        int longest = rows.Max(row => At(row.End.Value - 1).PrefixLength);
        int[] next = [.. rows.Select(row => row.Start.Value)], places = FirstPlaces(rows);
        worker.ReserveSaved(places[^1]);
        worker.Clear(rows.Count);
        float[] pools = new float[Pools ? rows.Count * PoolingJob.SizeOf(_policy) : 0];
        for (int prefix = 0; prefix <= longest; prefix++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isAnyAt = false;
            for (int slot = 0; slot < rows.Count; slot++)
            {
                worker.Tokens[slot] = TokenBefore(At(rows[slot].Start.Value), prefix);
                isAnyAt |= IsAt(next[slot], rows[slot], prefix);
            }

            worker.Advance(rows.Count);
            for (int slot = 0; Pools && prefix > 0 && slot < rows.Count; slot++)
                PoolingJob.Add(PoolsOf(slot, pools), prefix, StateOf(slot, worker));
            if (_guard is not null)
                FollowPrefixes(_guard, rows, prefix, worker);
            if (!isAnyAt)
                continue;
            worker.ComputeLogits(rows.Count, Bias);
            for (int slot = 0; slot < rows.Count; slot++)
            {
                if (!IsAt(next[slot], rows[slot], prefix))
                    continue;
                worker.Save(slot, places[slot]++);
                distribution.Take(worker.Logits(slot), Allow(worker, slot, PrefixOf(At(next[slot]), prefix)));
                for (; IsAt(next[slot], rows[slot], prefix); next[slot]++)
                {
                    if (Pools)
                        PoolsOf(slot, pools).CopyTo(PoolsOf(_order[next[slot]], _pools.Span));
                    Begin(next[slot], distribution);
                }
            }
        }
    }

    private ReadOnlySpan<float> StateOf(int slot, DecodingWorker worker) => new(worker.Hidden(slot), _policy.HiddenSize);

    private Span<float> PoolsOf(int row, Span<float> pools) =>
        pools.Slice(row * PoolingJob.SizeOf(_policy), PoolingJob.SizeOf(_policy));

    /// <summary>The number of the first place of each row, and after them that of all places.</summary>
    private int[] FirstPlaces(List<Range> rows)
    {
        int[] places = new int[rows.Count + 1];
        for (int slot = 0; slot < rows.Count; slot++)
        {
            places[slot + 1] = places[slot];
            for (int index = rows[slot].Start.Value; index < rows[slot].End.Value; index++)
                places[slot + 1] += OpensPlace(index, rows[slot]) ? 1 : 0;
        }

        return places;
    }

    private bool OpensPlace(int index, Range row) => index == row.Start.Value || At(index).PrefixLength != At(index - 1).PrefixLength;

    private bool IsAt(int index, Range row, int prefix) => index < row.End.Value && At(index).PrefixLength == prefix;

    private int TokenBefore(Completion completion, int position)
    {
        if (position == 0)
            return Format.StartInput(_labels.Span, completion.Row);
        ReadOnlySpan<int> sequence = _sequences[Sequence(completion)];
        return position <= sequence.Length ? sequence[position - 1] : Format.StartToken;
    }

    private ReadOnlySpan<int> PrefixOf(Completion completion, int length) => length == 0 ? [] : _sequences[Sequence(completion)][..length];

    /// <summary>Brings the constraint's states from the prefixes that are a token shorter to these.</summary>
    /// <exception cref="ConstraintException">A prefix breaks the constraint.</exception>
    private void FollowPrefixes(ConstraintGuard guard, List<Range> rows, int prefix, DecodingWorker worker)
    {
        for (int slot = 0; slot < rows.Count; slot++)
        {
            Completion longest = At(rows[slot].End.Value - 1);
            if (prefix == 0)
                worker.ConstraintStates[slot] = guard.InitialState;
            else if (prefix <= longest.PrefixLength)
                worker.ConstraintStates[slot] = guard.Follow(worker.ConstraintStates[slot], PrefixOf(longest, prefix), worker.Allowed);
        }
    }

    /// <summary>What may follow a slot's tokens; null if anything may or the sequence is over.</summary>
    private AllowedTokens? Allow(DecodingWorker worker, int slot, ReadOnlySpan<int> tokens) =>
        _guard is null || IsComplete(tokens) ? null : _guard.Allow(worker.ConstraintStates[slot], tokens, worker.Allowed);

    /// <summary>Advances the constraint's state of a slot by its last token.</summary>
    private void AdvanceConstraint(DecodingWorker worker, int slot)
    {
        if (_guard is null || HasEnded(slot, worker))
            return;
        Span<int> tokens = _destination.Row(worker.Completions[slot])[..(worker.Positions[slot] - 1)];
        worker.ConstraintStates[slot] = _guard.Advance(worker.ConstraintStates[slot], tokens, worker.Tokens[slot]);
    }

    private bool HasEnded(int slot, DecodingWorker worker) => _destination.LengthOf(worker.Completions[slot]) > 0;

    private bool IsComplete(ReadOnlySpan<int> tokens) =>
        tokens.Length == Format.MaxLength || (tokens.Length > 0 && tokens[^1] == Format.EndToken);

    /// <summary>Writes a completion's prefix and first token.</summary>
    private void Begin(int index, TokenDistribution distribution)
    {
        int number = _order[index];
        Completion completion = _completions[number];
        (int row, int prefix, int sample) = completion;
        Span<int> tokens = _destination.Row(number);
        PrefixOf(completion, prefix).CopyTo(tokens);
        if (IsComplete(tokens[..prefix]))
        {
            _destination.SetLength(number, prefix);
            return;
        }

        int token = distribution.Draw(_key.NextUniform(_firstRow + row, sample, prefix));
        tokens[prefix] = token;
        if (IsLast(token, prefix))
            _destination.SetLength(number, prefix + 1);
    }

    private bool IsLast(int token, int position) => token == Format.EndToken || position + 1 == Format.MaxLength;

    /// <summary>Finishes all completions that were begun.</summary>
    private void Finish(List<Range> rows, DecodingWorker worker, TokenDistribution distribution, CancellationToken cancellationToken)
    {
        int row = 0, next = rows[0].Start.Value, place = -1, active = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (active < worker.Slots && row < rows.Count)
            {
                if (next == rows[row].End.Value)
                {
                    if (++row < rows.Count)
                        next = rows[row].Start.Value;
                    continue;
                }

                if (OpensPlace(next, rows[row]))
                    place++;
                if (!TryTake(next++, active, worker))
                    continue;
                worker.Restore(active, place);
                AdvanceConstraint(worker, active++);
            }

            if (active == 0)
                return;
            worker.Advance(active);
            worker.ComputeLogits(active, Bias);
            active = Accept(active, worker, distribution);
        }
    }

    private bool TryTake(int index, int slot, DecodingWorker worker)
    {
        int number = _order[index], prefix = _completions[number].PrefixLength, length = _destination.LengthOf(number);
        // A sequence that has ended is fed its last token for the pools' sake.
        if (length > 0 && !(Pools && length > prefix))
        {
            if (Pools)
                PoolingJob.Finish(PoolsOf(number, _pools.Span), length);
            return false;
        }

        worker.Completions[slot] = number;
        worker.Positions[slot] = prefix + 1;
        worker.Tokens[slot] = _destination.Row(number)[prefix];
        return true;
    }

    /// <summary>Draws a token for each slot; the sequences that end give their slots to the last ones.</summary>
    private int Accept(int active, DecodingWorker worker, TokenDistribution distribution)
    {
        for (int slot = 0; slot < active; slot++)
        {
            int number = worker.Completions[slot], position = worker.Positions[slot]++;
            if (Pools)
            {
                PoolingJob.Add(PoolsOf(number, _pools.Span), position, StateOf(slot, worker));
                if (HasEnded(slot, worker))
                    continue;
            }

            (int row, _, int sample) = _completions[number];
            distribution.Take(worker.Logits(slot), Allow(worker, slot, _destination.Row(number)[..position]));
            int token = distribution.Draw(_key.NextUniform(_firstRow + row, sample, position));
            _destination.Row(number)[position] = token;
            worker.Tokens[slot] = token;
            if (IsLast(token, position))
                _destination.SetLength(number, position + 1);
            else
                AdvanceConstraint(worker, slot);
        }

        for (int slot = active - 1; slot >= 0; slot--)
        {
            int number = worker.Completions[slot], length = _destination.LengthOf(number);
            if (length == 0 || (Pools && worker.Positions[slot] <= length))
                continue;
            if (Pools)
                PoolingJob.Finish(PoolsOf(number, _pools.Span), length);
            if (slot != --active)
                worker.Move(active, slot);
        }

        return active;
    }
}
