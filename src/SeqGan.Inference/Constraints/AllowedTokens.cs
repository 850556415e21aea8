using System.Numerics;

namespace SeqGan.Constraints;

/// <summary>The tokens that may follow a prefix: their bits, and if they are few also their ids. Reusable memory for one answer.</summary>
internal sealed class AllowedTokens(int vocabularySize)
{
    private int[] _tokens = [];

    public int VocabularySize => vocabularySize;

    public ulong[] Bits { get; } = new ulong[TokenMask.CountWords(vocabularySize)];

    public int Count { get; private set; }

    /// <summary>Whether the tokens are few enough for <see cref="Tokens"/>.</summary>
    public bool AreFew { get; private set; }

    /// <summary>The allowed tokens in ascending order, if they are few.</summary>
    public ReadOnlySpan<int> Tokens => AreFew ? _tokens.AsSpan(0, Count) : [];

    /// <summary>The array behind <see cref="Tokens"/>.</summary>
    public int[] TokenArray => _tokens;

    public TokenMask Mask => new(Bits, VocabularySize);

    /// <summary>Up to this number of tokens it pays to visit only the allowed ones.</summary>
    public static int MostFew(int vocabularySize) => vocabularySize / 4;

    public bool Contains(int token) => (Bits[token >> 6] >> token & 1) != 0;

    /// <summary>Removes the tokens that are never generated, and updates everything else after the bits changed.</summary>
    public void Update(SequenceFormat format)
    {
        if (format.PaddingToken is { } padding)
            Remove(padding);
        if (format.UnknownToken is { } unknown)
            Remove(unknown);
        if (VocabularySize % 64 is var rest and not 0)
            Bits[^1] &= (1UL << rest) - 1;
        Count = Mask.Count;
        AreFew = Count <= MostFew(VocabularySize);
        if (!AreFew)
            return;
        if (_tokens.Length < Count)
            _tokens = new int[Math.Max(Count, Math.Min(2 * _tokens.Length, MostFew(VocabularySize)))];
        int next = 0;
        for (int word = 0; word < Bits.Length; word++)
        {
            for (ulong bits = Bits[word]; bits != 0; bits &= bits - 1)
                _tokens[next++] = (word << 6) + BitOperations.TrailingZeroCount(bits);
        }
    }

    private void Remove(int token) => Bits[token >> 6] &= ~(1UL << token);
}
