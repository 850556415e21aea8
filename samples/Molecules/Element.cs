namespace Molecules;

/// <summary>An atom that SMILES writes without brackets.</summary>
/// <param name="Symbol">In lower case where the atom is aromatic.</param>
/// <param name="Valence">The most bonds that it has; hydrogen fills up what is missing.</param>
internal sealed record Element(string Symbol, int Valence)
{
    private static readonly Dictionary<string, Element> s_all = ((Element[])
    [
        new("B", 3), new("C", 4), new("N", 3), new("O", 2), new("P", 5), new("S", 6), new("F", 1), new("Cl", 1), new("Br", 1), new("I", 1),
        new("b", 3), new("c", 4), new("n", 3), new("o", 2), new("p", 5), new("s", 6),
    ]).ToDictionary(element => element.Symbol);

    public bool IsAromatic => char.IsAsciiLetterLower(Symbol[0]);

    public static Element? Find(string symbol) => s_all.GetValueOrDefault(symbol);
}
