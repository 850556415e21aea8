using System.Collections.Frozen;

namespace SeqGan.Text;

/// <summary>
/// Text with composed letters: normalisation form C of Unicode Standard Annex 15. <see cref="string.Normalize()"/> does nothing in
/// globalization-invariant mode, and a model must read the same tokens everywhere.
/// </summary>
internal static class ComposedText
{
    // Everything below is composed already, and no character of two UTF-16 units or more is affected by what is below.
    private const char FirstAffected = '\u0300';
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, SyllableCount = LeadCount * VowelCount * TrailCount;

    private static readonly Lazy<Tables> s_tables = new(Tables.Read);

    /// <summary>The composed form of a text; the same instance if the text has it already, or has a lone surrogate.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.AsSpan().ContainsAnyInRange(FirstAffected, char.MaxValue) || !ReferenceEquals(WellFormedText.Of(text), text))
            return text;
        List<int> runes = Decompose(text);
        Compose(runes);
        var composed = new StringBuilder(text.Length);
        foreach (int rune in runes)
            composed.Append(new Rune(rune));
        return composed.Equals(text.AsSpan()) ? text : composed.ToString();
    }

    /// <summary>Whether a text has a letter that could also be written decomposed.</summary>
    public static bool HasComposed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u00C0', char.MaxValue))
            return false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (s_tables.Value.Decompositions.ContainsKey(rune.Value) || (uint)(rune.Value - SyllableBase) < SyllableCount)
                return true;
        }

        return false;
    }

    /// <summary>The decomposed characters, marks of one letter in the order of their classes.</summary>
    private static List<int> Decompose(string text)
    {
        var runes = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, runes);
        for (int i = 1; i < runes.Count; i++)
        {
            int rune = runes[i], rank = ClassOf(rune), place = i;
            for (; rank > 0 && place > 0 && ClassOf(runes[place - 1]) > rank; place--)
                runes[place] = runes[place - 1];
            runes[place] = rune;
        }

        return runes;
    }

    private static void Decompose(int rune, List<int> destination)
    {
        int syllable = rune - SyllableBase;
        if ((uint)syllable < SyllableCount)
        {
            destination.Add(LeadBase + syllable / (VowelCount * TrailCount));
            destination.Add(VowelBase + syllable % (VowelCount * TrailCount) / TrailCount);
            if (syllable % TrailCount > 0)
                destination.Add(TrailBase + syllable % TrailCount);
        }
        else if (s_tables.Value.Decompositions.TryGetValue(rune, out (int First, int Second) parts))
        {
            Decompose(parts.First, destination);
            if (parts.Second > 0)
                Decompose(parts.Second, destination);
        }
        else
        {
            destination.Add(rune);
        }
    }

    /// <summary>Joins each mark with the letter before it, unless another mark of its class or above stands between.</summary>
    private static void Compose(List<int> runes)
    {
        int kept = 0, starter = -1, lastClass = 0;
        for (int i = 0; i < runes.Count; i++)
        {
            int rune = runes[i], rank = ClassOf(rune);
            bool isBlocked = starter < 0 || (kept - 1 > starter && lastClass >= rank);
            if (!isBlocked && Join(runes[starter], rune) is { } joined)
            {
                runes[starter] = joined;
                continue;
            }

            if (rank == 0)
                starter = kept;
            lastClass = rank;
            runes[kept++] = rune;
        }

        runes.RemoveRange(kept, runes.Count - kept);
    }

    private static int? Join(int first, int second)
    {
        if ((uint)(first - LeadBase) < LeadCount && (uint)(second - VowelBase) < VowelCount)
            return SyllableBase + ((first - LeadBase) * VowelCount + second - VowelBase) * TrailCount;
        int syllable = first - SyllableBase;
        if ((uint)syllable < SyllableCount && syllable % TrailCount == 0 && second - TrailBase is > 0 and < TrailCount)
            return first + second - TrailBase;
        return s_tables.Value.Compositions.TryGetValue((first, second), out int joined) ? joined : null;
    }

    private static int ClassOf(int rune) => rune < FirstAffected ? 0 : s_tables.Value.Classes.GetValueOrDefault(rune);

    private sealed record Tables(
        FrozenDictionary<int, (int First, int Second)> Decompositions, FrozenDictionary<(int First, int Second), int> Compositions,
        FrozenDictionary<int, int> Classes)
    {
        public static Tables Read()
        {
            var (decompositions, compositions, classes) =
                (new Dictionary<int, (int, int)>(), new Dictionary<(int, int), int>(), new Dictionary<int, int>());
            using Stream stream = typeof(ComposedText).Assembly.GetManifestResourceStream("CanonicalForms.txt")!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line[0] == '#')
                    continue;
                string[] parts = line.Split(' ');
                if (parts[0].Split('-') is [var first, var last])
                {
                    for (int rune = Hex(first); rune <= Hex(last); rune++)
                        classes[rune] = int.Parse(parts[1], CultureInfo.InvariantCulture);
                    continue;
                }

                (int First, int Second) pair = (Hex(parts[1]), parts.Length > 2 ? Hex(parts[2]) : 0);
                decompositions[Hex(parts[0])] = pair;
                if (parts.Length == 3)
                    compositions[pair] = Hex(parts[0]);
            }

            return new Tables(decompositions.ToFrozenDictionary(), compositions.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
