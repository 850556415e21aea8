namespace SeqGan;

/// <content>Sequences that are returned while later ones are being made.</content>
public sealed partial class SeqGanTrainer
{
    // What a block of a stream holds at most, so that the first sequences come soon and memory stays small.
    private const int StreamedRows = 256;

    /// <summary>As <see cref="Generate"/>, but returns texts while later ones are being made, with bounded memory.</summary>
    /// <inheritdoc cref="StreamAsync" path="/remarks"/>
    /// <inheritdoc cref="Generate"/>
    public IAsyncEnumerable<string> GenerateAsync(
        int count, SamplingOptions? options = null, string prefix = "", CancellationToken cancellationToken = default) =>
        DecodeAsync(StreamAsync(count, options, Corpus.EncodePrefix(prefix), cancellationToken), cancellationToken);

    /// <summary>
    /// As <see cref="Sample(int, SamplingOptions?, CancellationToken)"/>, but returns sequences while later ones are being made.
    /// </summary>
    /// <remarks>
    /// The same seed gives the same sequences as the list, in the same order. If the generator is an <see cref="ICompilableGenerator"/>,
    /// they are those of its weights at the call: the trainer is busy during the call alone, and may train or be disposed while the stream
    /// is read. Otherwise the trainer is busy while each 256 sequences are made, and they are those of the generator at that time. A stream
    /// need not be read to its end.
    /// </remarks>
    /// <returns>Token ids, without padding.</returns>
    /// <inheritdoc cref="Generate"/>
    public IAsyncEnumerable<int[]> StreamAsync(
        int count, SamplingOptions? options = null, ReadOnlyMemory<int> prefix = default, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed != 0, this);
        options = Check(count, options);
        if (options.Label is { } label)
            _ = IndexOf(label);
        if (Generator is not ICompilableGenerator && IsPlain(options))
        {
            Corpus.Format.ThrowIfInvalidPrefix(prefix.Span);
            return SampleInBlocksAsync(count, options, prefix.ToArray(), cancellationToken);
        }

        SequenceSampler sampler = CompileSampler(ref options, cancellationToken);
        return sampler.StreamAsync(count, options, prefix, cancellationToken);
    }

    private async IAsyncEnumerable<int[]> SampleInBlocksAsync(
        int count, SamplingOptions options, ReadOnlyMemory<int> prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int first = 0; first < count; first += StreamedRows)
        {
            int rows = Math.Min(StreamedRows, count - first);
            SampleRequest request = RequestOf(rows, options, prefix) with { FirstRow = first };
            SequenceBuffer made =
                await Task.Run(() => Sample(rows, request, cancellationToken), cancellationToken).ConfigureAwait(false);
            for (int row = 0; row < rows; row++)
                yield return made.Row(row)[..made.LengthOf(row)].ToArray();
        }
    }

    private async IAsyncEnumerable<string> DecodeAsync(
        IAsyncEnumerable<int[]> sequences, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (int[] sequence in sequences.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return Corpus.Decode(sequence);
    }
}
