/// <summary>Made-up place names, to try the program before you have a file. Delete this class when you have one.</summary>
internal static class ExampleFile
{
    private static readonly string[] s_starts =
        ["Ar", "Bram", "Carm", "Dal", "Derb", "Dun", "Fen", "Hal", "Kel", "Lan", "Lin", "Mal", "Nor", "Sal", "Tal", "Walm"];

    private static readonly string[] s_middles = ["a", "den", "er", "in", "ing", "o"];

    private static readonly string[] s_ends =
        ["bury", "by", "dale", "field", "ford", "ham", "ley", "mouth", "port", "stead", "ton", "wick", "worth"];

    /// <summary>Writes half of the names that these syllables can make, so that there are new ones to find.</summary>
    public static void Write(string path)
    {
        string[] names = [.. from start in s_starts from middle in s_middles from end in s_ends select start + middle + end];
        new Random(1).Shuffle(names);
        File.WriteAllLines(path, names[..600]);
    }
}
