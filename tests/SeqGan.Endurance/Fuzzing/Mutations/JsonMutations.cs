using System.Globalization;
using System.Text;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>Mutations that mostly leave JSON as JSON: other values and names, items twice or not at all, deep nesting.</summary>
internal static class JsonMutations
{
    private static readonly byte[][] s_values =
    [
        .. new[]
        {
            "0", "1", "-1", "2", "3", "1.5", "1e3", "1e400", "-0", "127", "65536", "2147483647", "2147483648", "4294967296",
            "9223372036854775807",
            "9223372036854775808", "-9223372036854775808", "18446744073709551616", "0.1e-5", "null", "true", "false", "[]", "{}", "[[]]",
            "[0]", "[1,2,3]",
            "{\"a\":1}", "\"\"", "\" \"", "\"0\"", "\"-1\"", "\"F32\"", "\"F64\"", "\"F16\"", "\"BF16\"", "\"U8\"", "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"", "\"NaN\"", "\"Infinity\"", "\"..\"", "\"../../etc/passwd\"", "\"/etc/passwd\"", "\"a/b\"", "\"C:\\\\x\"",
            "\"2026-01-01T00:00:00Z\"",
            "\"AAAAAAAAAAA=\"", "\"regex:(a+)+b\"", "\"[\\\"a\\\",\\\"a\\\"]\"", "[4611686018427387904,4]", "[0,0]", "[1,1,1,1,1,1,1,1]",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xC0, 0x80, (byte)'"'], [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'], [0xEF, 0xBB, 0xBF],
    ];

    private static readonly byte[][] s_noise =
        [.. new[] { " ", "\n", ",", "}", "]", "{", "[", "\"", ":", "/*x*/", "//x\n", "x", "\0" }.Select(Encoding.UTF8.GetBytes)];

    public static IReadOnlyList<Mutation> All { get; } =
        [ReplaceValue, ReplaceValue, SwapValue, TakeValue, RemoveItem, RepeatItem, Rename, ChangeNumber, ChangeNumber, ChangeString,
            Nest, AddNoise];

    private static byte[] ReplaceValue(byte[] input, byte[] other, FuzzRandom random) =>
        Replace(input, JsonParts.Find(input).Values, random, _ => random.Pick(s_values));

    private static byte[] SwapValue(byte[] input, byte[] other, FuzzRandom random)
    {
        List<Range> values = JsonParts.Find(input).Values;
        return Replace(input, values, random, _ => input[random.Pick(values)]);
    }

    private static byte[] TakeValue(byte[] input, byte[] other, FuzzRandom random)
    {
        List<Range> values = JsonParts.Find(other).Values;
        return values.Count == 0 ? input : Replace(input, JsonParts.Find(input).Values, random, _ => other[random.Pick(values)]);
    }

    private static byte[] RemoveItem(byte[] input, byte[] other, FuzzRandom random)
    {
        List<Range> items = JsonParts.Find(input).Items;
        if (items.Count == 0)
            return input;
        (int start, int length) = random.Pick(items).GetOffsetAndLength(input.Length);
        bool takesComma = start + length < input.Length && input[start + length] == ',';
        return Splice.Replace(input, start, takesComma ? length + 1 : length, []);
    }

    private static byte[] RepeatItem(byte[] input, byte[] other, FuzzRandom random) =>
        Replace(input, JsonParts.Find(input).Items, random, item =>
    {
        int most = Math.Max(1, 4096 / (item.Length + 1));
        return Splice.Repeat([.. item, (byte)','], 1 + random.SmallBelow(most))[..^1] is var copies
            && random.OneIn(16) ? [.. copies, (byte)','] : [.. item, (byte)',', .. copies];
    });

    private static byte[] Rename(byte[] input, byte[] other, FuzzRandom random)
    {
        List<Range> names = JsonParts.Find(input).Names;
        return Replace(input, names, random, _ => random.OneIn(2) ? input[random.Pick(names)]
            : Encoding.UTF8.GetBytes($"\"{(char)('a' + random.Below(3))}\""));
    }

    private static byte[] ChangeNumber(byte[] input, byte[] other, FuzzRandom random) =>
        Replace(input, JsonParts.Find(input).Numbers, random, text =>
    {
        if (!long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value))
            return random.Pick(s_values);
        long changed = random.Below(6) switch
        {
            0 => value + 1,
            1 => value - 1,
            2 => value * 2,
            3 => unchecked(value + (1L << (8 * random.Below(8)))),
            4 => -value,
            _ => random.Below(100),
        };
        return Encoding.UTF8.GetBytes(changed.ToString(CultureInfo.InvariantCulture));
    });

    private static byte[] ChangeString(byte[] input, byte[] other, FuzzRandom random) =>
        Replace(input, JsonParts.Find(input).Strings, random,
            text => random.Pick(random.OneIn(2) ? TextMutations.All : ByteMutations.All)(text, other, random));

    private static byte[] Nest(byte[] input, byte[] other, FuzzRandom random)
    {
        int depth = 1 << random.Below(12);
        bool isArray = random.OneIn(2);
        return Replace(input, JsonParts.Find(input).Values, random, value =>
            [.. Splice.Repeat(isArray ? "["u8 : "{\"a\":"u8, depth), .. value, .. Splice.Repeat(isArray ? "]"u8 : "}"u8, depth)]);
    }

    private static byte[] AddNoise(byte[] input, byte[] other, FuzzRandom random) =>
        Splice.Insert(input, random.OneIn(3) ? input.Length : random.Below(input.Length + 1), random.Pick(s_noise));

    private static byte[] Replace(byte[] input, List<Range> parts, FuzzRandom random, Func<byte[], byte[]> replace)
    {
        if (parts.Count == 0)
            return input;
        Range part = random.Pick(parts);
        (int start, int length) = part.GetOffsetAndLength(input.Length);
        return Splice.Replace(input, start, length, replace(input[part]));
    }
}
