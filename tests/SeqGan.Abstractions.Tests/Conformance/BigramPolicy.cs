namespace SeqGan.Tests;

internal sealed class BigramPolicy(BigramGenerator generator, SequenceFormat format, GeneratorFlaw flaw) : IRolloutPolicy
{
    private readonly Bigram _weights = flaw == GeneratorFlaw.PolicyIsAttached ? generator.Weights : generator.Weights.Copy();
    private uint _calls;
    private bool _disposed;

    public SequenceFormat Format => flaw == GeneratorFlaw.PolicyHasOtherFormat ? new SequenceFormat(3, 3) : format;

    public void MoveTowardGenerator(double rate)
    {
        if (flaw != GeneratorFlaw.PolicyIgnoresDisposal)
            ObjectDisposedException.ThrowIf(_disposed, this);
        ObjectDisposedException.ThrowIf(generator.IsDisposed, generator);
        if (flaw != GeneratorFlaw.PolicyTakesAnyRate && !(rate is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A rate is in [0, 1].");
        _weights.MoveToward(generator.Weights, flaw == GeneratorFlaw.PolicyMovesBackwards ? 1 - rate : rate);
    }

    public void Complete(
        TokenBatch sequences,
        ReadOnlySpan<Completion> completions,
        RandomKey key,
        int firstRow,
        SequenceBuffer destination,
        CancellationToken cancellationToken = default)
    {
        if (flaw == GeneratorFlaw.PolicyDiesWithGenerator)
            ObjectDisposedException.ThrowIf(generator.IsDisposed, generator);
        if (flaw != GeneratorFlaw.PolicyIgnoresCancellation)
            cancellationToken.ThrowIfCancellationRequested();
        _calls++;
        if (flaw == GeneratorFlaw.PolicyUsesGlobalState)
            key = key with { Step = _calls };
        if (flaw == GeneratorFlaw.PolicyDependsOnCall)
            key = key with { Step = (uint)completions.Length };
        destination.Reset(completions.Length);
        for (int i = 0; i < completions.Length; i++)
        {
            Completion completion = completions[i];
            if (flaw == GeneratorFlaw.PolicyClampsCompletions)
            {
                int row = Math.Clamp(completion.Row, 0, sequences.Count - 1);
                completion = completion with { Row = row, PrefixLength = Math.Clamp(completion.PrefixLength, 0, sequences.LengthOf(row)) };
            }

            CompleteOne(sequences, completion, key, firstRow, destination, i);
        }
    }

    public void Dispose() => _disposed = true;

    private void CompleteOne(TokenBatch sequences, Completion completion, RandomKey key, int firstRow,
        SequenceBuffer destination, int index)
    {
        if ((uint)completion.Row >= (uint)sequences.Count || (uint)completion.PrefixLength > (uint)sequences.LengthOf(completion.Row))
            throw new ArgumentException($"{completion} is not there.", nameof(completion));
        Span<int> row = destination.Row(index);
        sequences[completion.Row][..completion.PrefixLength].CopyTo(row);
        int length = completion.PrefixLength;
        foreach (int token in row[..length])
        {
            if ((uint)token >= (uint)format.VocabularySize)
                throw new ArgumentException($"Token {token} is outside [0, {format.VocabularySize}).", nameof(sequences));
        }

        bool ended = length > 0 && row[length - 1] == format.EndToken && flaw != GeneratorFlaw.PolicyGoesOnAfterTheEnd;
        int number = flaw == GeneratorFlaw.PolicyIgnoresFirstRow ? completion.Row : firstRow + completion.Row;
        int sample = flaw == GeneratorFlaw.PolicyIgnoresSample ? 0 : completion.Sample;
        if (flaw == GeneratorFlaw.PolicyLosesPrefix && !ended)
            length = 0;
        while (!ended && length < row.Length)
        {
            row[length] = _weights.Draw(_weights.Previous(row, length), key.NextUniform(number, sample, length));
            ended = row[length++] == format.EndToken;
        }

        destination.SetLength(index, length);
        if (destination.Labels.Length > 0 && flaw != GeneratorFlaw.PolicyLosesLabels)
            destination.Labels[index] = sequences.Labels.Span[completion.Row];
    }
}
