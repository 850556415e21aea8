using System.Runtime.InteropServices;

namespace SeqGan;

/// <summary>Turns lines of text into the sequences of a corpus: first numbers in order of appearance, then ids by frequency.</summary>
internal sealed class TextEncoding(CorpusOptions options)
{
    // The end token before there is a vocabulary; the tokens of the data are numbered from 0.
    private const int End = -1;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _tokens = [];
    private readonly List<int> _counts = [];
    private readonly List<int> _current = [];

    public SequenceCollector Sequences { get; } = new();

    public int Truncated { get; private set; }

    public double UnknownTokenRate { get; private set; }

    public void Add(string text)
    {
        int number = Sequences.Count();
        bool fits = TryNumber(text);
        if (_current.Count == 0)
        {
            Sequences.Drop(DropReason.Empty, number, () => text);
            return;
        }

        if (!fits && options.LongSequences == LongSequencePolicy.Drop)
        {
            Sequences.Drop(DropReason.TooLong, number, () => text);
            return;
        }

        foreach (int token in _current)
            CollectionsMarshal.AsSpan(_counts)[token]++;
        if (fits)
            _current.Add(End);
        Sequences.Keep([.. _current], number);
    }

    /// <summary>Makes the vocabulary of all that was added, and writes the sequences in its ids.</summary>
    public Vocabulary Finish()
    {
        Sequences.ThrowIfNothingKept();
        Vocabulary vocabulary = Vocabulary.FromCounts(
            _tokens.Select((token, number) => KeyValuePair.Create(token, _counts[number])), options.MinimumTokenCount);
        if (vocabulary.Count == Vocabulary.SpecialTokenCount)
            throw new CorpusException($"No token occurs {options.MinimumTokenCount} times or more; lower {nameof(CorpusOptions.MinimumTokenCount)}.");
        int[] ids = [.. _tokens.Select(vocabulary.GetId)];
        Sequences.Rewrite((sequence, number) => ToIds(sequence, number, ids));
        if (options.RemoveDuplicates)
            Sequences.RemoveDuplicates(sequence => options.Tokenizer.Join(sequence.Where(id => id != Vocabulary.EndId).Select(vocabulary.GetToken)));
        Sequences.ThrowIfNothingKept();
        Measure();
        return vocabulary;
    }

    /// <summary>Numbers the tokens of a text, at most as many as a sequence may have, and says whether the end token fits behind them.</summary>
    private bool TryNumber(string text)
    {
        _current.Clear();
        if (string.IsNullOrWhiteSpace(text))
            return false;
        foreach (string token in options.Tokenizer.Tokenize(text))
        {
            if (_current.Count == options.MaxLength)
                return false;
            if (!_numbers.TryGetValue(token, out int number))
            {
                _numbers.Add(token, number = _tokens.Count);
                _tokens.Add(token);
                _counts.Add(0);
            }

            _current.Add(number);
        }

        return _current.Count < options.MaxLength;
    }

    private int[]? ToIds(int[] numbers, int number, int[] ids)
    {
        int[] sequence = Array.ConvertAll(numbers, token => token == End ? Vocabulary.EndId : ids[token]);
        if (options.RareTokens == RareTokenPolicy.MapToUnknown || !sequence.Contains(Vocabulary.UnknownId))
            return sequence;
        Sequences.Drop(DropReason.UnknownToken, number, () => options.Tokenizer.Join(numbers.Where(token => token != End).Select(token => _tokens[token])));
        return null;
    }

    private void Measure()
    {
        long tokens = 0, unknown = 0;
        foreach (int[] sequence in Sequences.Kept)
        {
            bool ends = sequence[^1] == Vocabulary.EndId;
            Truncated += ends ? 0 : 1;
            tokens += ends ? sequence.Length - 1 : sequence.Length;
            unknown += sequence.Count(id => id == Vocabulary.UnknownId);
        }

        UnknownTokenRate = (double)unknown / tokens;
    }
}
