namespace SeqGan.Generation;

/// <summary>
/// A batch laid out for a network: each position's input is the token before it, the first one's the start token or the label's control
/// code, its target is the token itself. Padding has no target and no weight.
/// </summary>
internal sealed class TrainingTokens
{
    public required long[] Inputs { get; init; }

    /// <summary>Which cells of the batch hold tokens, [<see cref="Count"/>].</summary>
    public required long[] Cells { get; init; }

    public required long[] Targets { get; init; }

    public required float[] Weights { get; init; }

    /// <summary>How many cells of the batch a sequence has.</summary>
    public required int Length { get; init; }

    /// <summary>The tokens among which each was drawn, as bits, [<see cref="Count"/>, <see cref="AllowedWords"/>]; empty if all.</summary>
    public ulong[] Allowed { get; private set; } = [];

    /// <summary>Whether the tokens are the generator's own, with the probabilities of sampling: without the unknown token.</summary>
    public bool AreGenerated { get; private set; }

    /// <summary>What is left out of each sequence's embeddings and states; null if nothing.</summary>
    public DropoutMasks? Dropout { get; set; }

    /// <summary>How many words of bits a token has.</summary>
    public int AllowedWords => Allowed.Length / Count;

    public int Count => Targets.Length;

    /// <summary>The number of sequences.</summary>
    public int Rows => Inputs.Length / Length;

    /// <summary>What the network reads before a token.</summary>
    public long InputOf(int token) => Inputs[Cells[token]];

    /// <summary>The sequence that a token belongs to.</summary>
    public int RowOf(int token) => (int)(Cells[token] / Length);

    /// <summary>The first token and the length of each sequence that has tokens.</summary>
    public IEnumerable<(int First, int Length)> Sequences()
    {
        for (int first = 0, next = 0; first < Count; first = next)
        {
            while (next < Count && Cells[next] / Length == Cells[first] / Length)
                next++;
            yield return (first, next - first);
        }
    }

    public static TrainingTokens Create(TokenBatch sequences, ReadOnlySpan<float> weights, SequenceFormat format)
    {
        int cells = sequences.Count * sequences.Length, count = sequences.TokenCount, next = 0;
        if (weights.Length < cells)
        {
            throw new ArgumentException(
                $"{sequences.Count} sequences of {sequences.Length} columns need {cells} weights, not {weights.Length}.", nameof(weights));
        }

        if (count == 0)
            throw new ArgumentException("The batch has no tokens to learn from.", nameof(sequences));
        var tokens = new TrainingTokens
        {
            Length = sequences.Length,
            Inputs = new long[cells],
            Cells = new long[count],
            Targets = new long[count],
            Weights = new float[count],
        };
        long[] targets = new long[cells];
        Fill(sequences, format, tokens.Inputs, targets);
        for (int row = 0; row < sequences.Count; row++)
        {
            for (int position = 0; position < sequences.LengthOf(row); position++)
            {
                int cell = row * sequences.Length + position;
                if (!float.IsFinite(weights[cell]))
                {
                    throw new ArgumentException(
                        $"The weight of sequence {row} at position {position} is {weights[cell]}; it must be finite.", nameof(weights));
                }

                tokens.Cells[next] = cell;
                tokens.Targets[next] = targets[cell];
                tokens.Weights[next++] = weights[cell];
            }
        }

        return tokens;
    }

    /// <summary>Takes the tokens as the generator's own.</summary>
    /// <exception cref="ArgumentException">One is never generated.</exception>
    public void TakeAsGenerated(TokenBatch sequences, SequenceFormat format)
    {
        AreGenerated = true;
        for (int row = 0; format.UnknownToken is { } unknown && row < sequences.Count; row++)
        {
            if (sequences[row].IndexOf(unknown) is var position and >= 0)
            {
                throw new ArgumentException(
                    $"Sequence {row} cannot have been generated: it has the unknown token {unknown} at position {position}.",
                    nameof(sequences));
            }
        }
    }

    /// <summary>Takes account of a constraint under which the tokens were drawn.</summary>
    /// <exception cref="ArgumentException">A sequence breaks it.</exception>
    public void Constrain(ConstraintGuard guard, TokenBatch sequences)
    {
        var mask = new BatchMask(guard, sequences);
        ulong[] cells = mask.Next(sequences.Count * sequences.Length);
        for (int row = 0; row < sequences.Count; row++)
        {
            int allowed = mask.AllowedLengthOf(row);
            if (allowed == sequences.LengthOf(row))
                continue;
            string violation = guard.DescribeViolation(sequences[row][..allowed], sequences[row][allowed]);
            throw new ArgumentException($"Sequence {row} cannot have been generated: {violation}.", nameof(sequences));
        }

        int words = TokenMask.CountWords(guard.Format.VocabularySize);
        Allowed = new ulong[(long)Count * words];
        for (int token = 0; token < Count; token++)
            cells.AsSpan((int)Cells[token] * words, words).CopyTo(Allowed.AsSpan(token * words));
    }

    public static void Fill(TokenBatch sequences, SequenceFormat format, long[] inputs, long[] targets)
    {
        Array.Fill(inputs, format.StartToken);
        for (int row = 0; row < sequences.Count; row++)
        {
            ReadOnlySpan<int> sequence = sequences[row];
            if (sequences.Length > 0)
                inputs[row * sequences.Length] = format.StartInput(sequences.Labels.Span, row);
            for (int position = 0; position < sequence.Length; position++)
            {
                int cell = row * sequences.Length + position;
                targets[cell] = sequence[position];
                if (position + 1 < sequences.Length)
                    inputs[cell + 1] = sequence[position];
            }
        }
    }
}
