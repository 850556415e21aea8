namespace SeqGan.Tests;

/// <summary>A correct generator in managed code, small enough to be checked by eye, with one flaw on demand.</summary>
internal sealed class BigramGenerator(SequenceFormat format, GeneratorFlaw flaw = GeneratorFlaw.None) : IGenerator
{
    private const double LearningRate = 0.5;

    [ThreadStatic]
    private static uint s_threadState;

    private uint _calls;
    private bool _disposed;

    public Bigram Weights { get; } = new(format, 7);

    public bool IsDisposed => _disposed && flaw != GeneratorFlaw.IgnoresDisposal;

    public SequenceFormat Format => flaw == GeneratorFlaw.ChangesFormat && _calls > 0 ? new SequenceFormat(99, 9) : format;

    public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (flaw != GeneratorFlaw.IgnoresCancellation)
            cancellationToken.ThrowIfCancellationRequested();
        if (flaw != GeneratorFlaw.TakesAnyFormat && destination.Format != format)
            throw new ArgumentException("The format is another.", nameof(destination));
        CheckTemperature(request.Temperature);
        CheckLabels(request.Labels.Span, destination.Count);
        int[] prefix = flaw == GeneratorFlaw.IgnoresPrefix ? [] : request.Prefix.ToArray();
        if (flaw == GeneratorFlaw.TakesAnyPrefix)
            prefix =
            [
                .. prefix.Where(token => (uint)token < (uint)format.VocabularySize && token != format.PaddingToken).Take(format.MaxLength),
            ];
        format.ThrowIfInvalidPrefix(prefix);
        if (flaw == GeneratorFlaw.FailsOnEmptyBuffer && destination.Count == 0)
            throw new InvalidOperationException("Empty.");
        double temperature = flaw switch
        {
            GeneratorFlaw.IgnoresTemperature or GeneratorFlaw.TakesAnyTemperature => 1,
            GeneratorFlaw.InvertsTemperature => 1 / request.Temperature,
            _ => request.Temperature,
        };
        _calls++;
        s_threadState++;
        for (int row = 0; row < destination.Count; row++)
        {
            int number = flaw == GeneratorFlaw.IgnoresFirstRow ? row : flaw == GeneratorFlaw.IgnoresRow ? 0 : request.FirstRow + row;
            Span<int> tokens = destination.Row(row);
            prefix.CopyTo(tokens);
            int length = prefix.Length;
            if (destination.Labels.Length > 0 && flaw != GeneratorFlaw.LosesLabels)
                destination.Labels[row] = request.Labels.Span[row];
            RandomKey key = KeyOf(request, row);
            while (length < tokens.Length && !(length > 0 && length == prefix.Length && prefix[^1] == format.EndToken))
            {
                int previous = Weights.Previous(tokens, length);
                float uniform = flaw switch
                {
                    GeneratorFlaw.IgnoresKey => new RandomKey(1, RandomPurpose.Sampling).NextUniform(number, 0, length),
                    GeneratorFlaw.UsesGlobalState => new RandomKey(_calls, RandomPurpose.Sampling).NextUniform(number, 0, length),
                    GeneratorFlaw.ThreadStaticState =>
                        (key with { Step = (uint)Environment.CurrentManagedThreadId }).NextUniform(number, 0, length),
                    _ => key.NextUniform(number, 0, length),
                };
                int token = flaw == GeneratorFlaw.SamplesUniformly
                    ? Enumerable.Range(0, format.VocabularySize).Where(t => t != format.PaddingToken)
                    .ElementAt((int)(uniform * (format.VocabularySize - 1)))
                    : Weights.Draw(previous, uniform, temperature);
                if (flaw == GeneratorFlaw.GeneratesPadding && uniform < 0.1f)
                    token = format.PaddingToken!.Value;
                tokens[length++] = token;
                if (token == format.EndToken && flaw != GeneratorFlaw.RunsPastTheEnd)
                    break;
            }

            if (flaw != GeneratorFlaw.LeavesPaddingStale)
                tokens[length..].Fill(format.PaddingToken ?? 0);
            destination.SetLength(row, flaw == GeneratorFlaw.WrongLength ? Math.Max(1, length - 1) : length);
        }
    }

    public void LogProbabilities(TokenBatch sequences, Span<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (flaw != GeneratorFlaw.IgnoresCancellation)
            cancellationToken.ThrowIfCancellationRequested();
        CheckTemperature(temperature);
        if (flaw == GeneratorFlaw.InvertsTemperature)
            temperature = 1 / temperature;
        sequences = Check(sequences);
        int values = sequences.Count * sequences.Length;
        if (destination.Length < values)
        {
            if (flaw != GeneratorFlaw.TakesShortDestinations)
                throw new ArgumentException($"{values} values do not fit {destination.Length}.", nameof(destination));
            destination = new float[values];
        }

        for (int row = 0; row < sequences.Count; row++)
        {
            Span<float> line = destination.Slice(row * sequences.Length, sequences.Length);
            ReadOnlySpan<int> tokens = sequences[row];
            if (flaw != GeneratorFlaw.LeavesNaNAtPadding)
                line.Clear();
            for (int i = 0; i < tokens.Length; i++)
            {
                line[i] = (float)Math.Log(Weights.Probabilities(Weights.Previous(tokens, i), temperature)[tokens[i]]);
                if (flaw == GeneratorFlaw.PositiveLogProbabilities)
                    line[i] = -line[i];
                if (flaw == GeneratorFlaw.DoesNotNormalize)
                    line[i] -= 0.1f;
                if (flaw == GeneratorFlaw.LooksAtOtherRows)
                    line[i] -= 0.01f * sequences.Count;
                if (flaw == GeneratorFlaw.LooksAhead && i + 1 < sequences.Length)
                    line[i] -= 0.01f;
            }
        }
    }

    public GeneratorStep Train(
        TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (flaw == GeneratorFlaw.ChangesBeforeChecking)
            Weights.Ascend(format.StartToken, 0, 0.1);
        sequences = Check(sequences, isTraining: true);
        if (weights.Length < sequences.Count * sequences.Length)
        {
            if (flaw != GeneratorFlaw.TakesFewWeights)
                throw new ArgumentException("Too few weights.", nameof(weights));
            weights = new float[sequences.Count * sequences.Length];
        }

        for (int row = 0; row < sequences.Count && flaw != GeneratorFlaw.LetsNaNIn; row++)
        {
            foreach (float weight in weights.Slice(row * sequences.Length, sequences.LengthOf(row)))
            {
                if (!float.IsFinite(weight))
                    throw new ArgumentException($"Weight {weight} is not finite.", nameof(weights));
            }
        }

        return Step(sequences, weights);
    }

    public IRolloutPolicy CreateRolloutPolicy()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new BigramPolicy(this, format, flaw);
    }

    public void Dispose()
    {
        if (_disposed && flaw == GeneratorFlaw.FailsOnSecondDispose)
            throw new InvalidOperationException("Twice.");
        _disposed = true;
    }

    // Each label has draws of its own.
    private RandomKey KeyOf(SampleRequest request, int row)
    {
        if (request.Labels.IsEmpty)
            return request.Key;
        int label = request.Labels.Span[flaw == GeneratorFlaw.LooksAtOtherLabels ? row ^ 1 : row];
        return label == 0 ? request.Key : request.Key with { Step = request.Key.Step + (uint)label * 1000 };
    }

    private void CheckLabels(ReadOnlySpan<int> labels, int count)
    {
        if (flaw != GeneratorFlaw.TakesAnyLabels)
            format.ThrowIfInvalid(labels, count, nameof(labels));
    }

    private void CheckTemperature(double temperature)
    {
        if (flaw != GeneratorFlaw.TakesAnyTemperature && !(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentException($"Temperature {temperature} is not positive and finite.", nameof(temperature));
    }

    private GeneratorStep Step(TokenBatch sequences, ReadOnlySpan<float> weights)
    {
        Bigram old = Weights.Copy();
        double tokens = sequences.TokenCount, loss = 0, likelihood = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            ReadOnlySpan<int> sequence = sequences[row];
            for (int i = 0; i < sequence.Length; i++)
            {
                int column = flaw == GeneratorFlaw.MixesUpWeights ? sequences.Length - 1 - i : i;
                double weight = weights[(row * sequences.Length) + column];
                if (flaw == GeneratorFlaw.Descends)
                    weight = -weight;
                if (flaw == GeneratorFlaw.IgnoresSignOfWeight)
                    weight = Math.Abs(weight);
                int previous = old.Previous(sequence, i);
                double logarithm = Math.Log(old.Probabilities(previous)[sequence[i]]);
                loss -= weight * logarithm / tokens;
                likelihood -= logarithm / tokens;
                Weights.Ascend(previous, sequence[i], LearningRate * weight / tokens);
            }

            if (flaw == GeneratorFlaw.CountsWeightsAtPadding)
                loss += weights.Slice(row * sequences.Length, sequences.Length)[sequence.Length..].ToArray().Sum();
        }

        return new GeneratorStep
        {
            Loss = flaw == GeneratorFlaw.WrongLoss ? loss * tokens : loss,
            NegativeLogLikelihood = flaw == GeneratorFlaw.WrongLikelihood ? -likelihood : likelihood,
        };
    }

    private TokenBatch Check(TokenBatch sequences, bool isTraining = false)
    {
        if (sequences.Length > format.MaxLength)
            throw new ArgumentException($"{sequences.Length} columns; at most {format.MaxLength} fit.", nameof(sequences));
        CheckLabels(sequences.Labels.Span, sequences.Count);
        if (flaw == GeneratorFlaw.WrapsTokens)
        {
            int[] wrapped = [.. sequences.Tokens.ToArray().Select(token => (int)((uint)token % (uint)format.VocabularySize))];
            return new TokenBatch(wrapped, sequences.Count, sequences.Length, sequences.Lengths, sequences.Labels);
        }

        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (int token in sequences[row])
            {
                if ((uint)token >= (uint)format.VocabularySize)
                    throw new ArgumentException($"Token {token} is outside [0, {format.VocabularySize}).", nameof(sequences));
                if (token == format.PaddingToken && !isTraining && flaw != GeneratorFlaw.AllowsPaddingToken)
                    throw new ArgumentException("The padding token is never generated.", nameof(sequences));
            }
        }

        return sequences;
    }
}
