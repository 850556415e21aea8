using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>The tokens that a constraint takes out of a distribution.</summary>
internal static class ForbiddenTokens
{
    /// <summary>Makes the logits of tokens that are not allowed minus infinity.</summary>
    /// <param name="logits">[rows, vocabulary]; changed in place.</param>
    /// <param name="allowed">The allowed tokens of each row as bits, [rows, words].</param>
    public static void Remove(Tensor logits, ReadOnlySpan<ulong> allowed)
    {
        using Tensor forbidden = Of(logits, allowed);
        using Scalar never = float.NegativeInfinity;
        logits.masked_fill_(forbidden, never);
    }

    /// <summary>The tokens that are not allowed, [rows, vocabulary].</summary>
    public static Tensor Of(Tensor logits, ReadOnlySpan<ulong> allowed)
    {
        int rows = (int)logits.shape[0], vocabulary = (int)logits.shape[1], words = TokenMask.CountWords(vocabulary);
        bool[] forbidden = new bool[(long)rows * vocabulary];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<ulong> bits = allowed.Slice(row * words, words);
            Span<bool> tokens = forbidden.AsSpan(row * vocabulary, vocabulary);
            for (int token = 0; token < tokens.Length; token++)
                tokens[token] = (bits[token >> 6] >> token & 1) == 0;
        }

        return tensor(forbidden, [rows, vocabulary], device: logits.device);
    }
}
