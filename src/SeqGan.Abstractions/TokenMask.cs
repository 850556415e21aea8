using System.Numerics;

namespace SeqGan;

/// <summary>A set of tokens as a view of bits; <see cref="ITokenConstraint.Allow"/> writes it.</summary>
public readonly ref struct TokenMask
{
    /// <summary>Creates a view of bits.</summary>
    /// <param name="bits">At least <see cref="CountWords"/> words; bit i of word w is token 64 w + i.</param>
    /// <param name="vocabularySize">The number of tokens; at least 1.</param>
    /// <exception cref="ArgumentException">There are too few words.</exception>
    public TokenMask(Span<ulong> bits, int vocabularySize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        int words = CountWords(vocabularySize);
        if (bits.Length < words)
            throw new ArgumentException($"{vocabularySize} tokens need {words} words of 64 bits; there are {bits.Length}.", nameof(bits));
        Bits = bits[..words];
        VocabularySize = vocabularySize;
    }

    /// <summary>The bits; those beyond the vocabulary are 0.</summary>
    public Span<ulong> Bits { get; }

    /// <summary>The number of tokens.</summary>
    public int VocabularySize { get; }

    /// <summary>The number of tokens in the set.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in Bits)
                count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>Whether a token, in [0, <see cref="VocabularySize"/>), is in the set; true adds it, false removes it.</summary>
    public bool this[int token]
    {
        get
        {
            Check(token);
            return (Bits[token >> 6] >> token & 1) != 0;
        }

        set
        {
            Check(token);
            ulong bit = 1UL << token;
            if (value)
                Bits[token >> 6] |= bit;
            else
                Bits[token >> 6] &= ~bit;
        }
    }

    /// <summary>The number of words that the bits of a vocabulary need.</summary>
    public static int CountWords(int vocabularySize) => (vocabularySize + 63) / 64;

    /// <summary>Adds all tokens.</summary>
    public void AddAll()
    {
        Bits.Fill(ulong.MaxValue);
        if (VocabularySize % 64 is var rest and not 0)
            Bits[^1] = (1UL << rest) - 1;
    }

    /// <summary>Removes all tokens.</summary>
    public void Clear() => Bits.Clear();

    private void Check(int token) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)VocabularySize, nameof(token));
}
