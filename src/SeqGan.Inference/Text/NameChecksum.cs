using System.Security.Cryptography;

namespace SeqGan.Text;

/// <summary>What a list of tokens or labels is known by in a checkpoint.</summary>
internal static class NameChecksum
{
    /// <summary>The number of names and 64 bits of a hash, such as <c>29 tokens, 0123456789abcdef</c>.</summary>
    public static string Of(IReadOnlyList<string> names, string what)
    {
        // Lengths in between, so that no two lists have the same bytes.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in names)
        {
            hash.AppendData(BitConverter.GetBytes(name.Length));
            hash.AppendData(MemoryMarshal.AsBytes(name.AsSpan()));
        }

        return Describe(names.Count, what, hash);
    }

    public static string Describe(int count, string what, IncrementalHash hash) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}, {Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8))}");
}
