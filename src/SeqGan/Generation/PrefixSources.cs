namespace SeqGan;

/// <summary>
/// The different inputs that completions go on from: the sequences, or where all completions are of one sequence, that one with each label.
/// </summary>
internal sealed class PrefixSources(TokenBatch sequences, ReadOnlyMemory<int> labels, SequenceFormat format)
{
    // The one sequence of a batch of one has one label.
    private readonly bool _isByLabel = sequences.Count == 1 && labels.Length > 1;

    public int Count => _isByLabel ? format.LabelCount : sequences.Count;

    /// <summary>The sequence of a source.</summary>
    public ReadOnlySpan<int> this[int source] => sequences[sequences.Count == 1 ? 0 : source];

    /// <summary>The source of a completion.</summary>
    public int IndexOf(Completion completion) => _isByLabel ? labels.Span[completion.Row] : sequences.Count == 1 ? 0 : completion.Row;

    /// <summary>What a source begins with.</summary>
    public int StartInput(int source) => _isByLabel ? format.VocabularySize + source : format.StartInput(labels.Span, source);

    /// <summary>What a completion begins with.</summary>
    public int StartInput(Completion completion) => format.StartInput(labels.Span, completion.Row);

    /// <summary>Writes each completion's label.</summary>
    public void CopyLabels(ReadOnlySpan<Completion> completions, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = labels.Span[completions[i].Row];
    }
}
