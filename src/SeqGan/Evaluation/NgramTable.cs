using System.Runtime.InteropServices;

namespace SeqGan;

/// <summary>
/// Numbers n-grams exactly: an n-gram is the number of its first n-1 tokens together with its last token, so that no hash of
/// a whole n-gram is ever taken for another.
/// </summary>
internal sealed class NgramTable
{
    /// <summary>The number of an n-gram that is not there.</summary>
    public const int None = -1;

    private readonly Dictionary<ulong, int>[] _numbers;

    public NgramTable(int maximumOrder) => _numbers = [.. Enumerable.Range(0, maximumOrder).Select(_ => new Dictionary<ulong, int>())];

    /// <summary>How many different n-grams of an order there are.</summary>
    public int Count(int order) => _numbers[order - 1].Count;

    /// <summary>The number of the n-gram that ends in a token; a new one where it was not there.</summary>
    /// <param name="order">n, at least 1.</param>
    /// <param name="shorter">The number of the (n-1)-gram before the token; anything where n is 1.</param>
    /// <param name="token">The last token.</param>
    public int Add(int order, int shorter, int token)
    {
        Dictionary<ulong, int> numbers = _numbers[order - 1];
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, Key(order, shorter, token), out bool isThere);
        if (!isThere)
            number = numbers.Count - 1;
        return number;
    }

    public int Find(int order, int shorter, int token) =>
        (order > 1 && shorter == None) || !_numbers[order - 1].TryGetValue(Key(order, shorter, token), out int number) ? None : number;

    /// <summary>Writes the numbers of all n-grams of a sequence, adding them: one for each end position, of each order.</summary>
    /// <param name="tokens">The sequence.</param>
    /// <param name="visit">Called with the order and the number, for every n-gram.</param>
    public void AddAll(ReadOnlySpan<int> tokens, Action<int, int> visit)
    {
        Span<int> current = stackalloc int[_numbers.Length];
        for (int end = 0; end < tokens.Length; end++)
        {
            // From the longest: it begins with what ended one token earlier.
            for (int order = Math.Min(_numbers.Length, end + 1); order >= 1; order--)
            {
                current[order - 1] = Add(order, order > 1 ? current[order - 2] : 0, tokens[end]);
                visit(order, current[order - 1]);
            }
        }
    }

    private static ulong Key(int order, int shorter, int token) => ((ulong)(order > 1 ? (uint)shorter : 0) << 32) | (uint)token;
}
