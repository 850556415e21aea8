namespace Molecules;

internal enum SmilesKind
{
    /// <summary>No token of SMILES, or one that is not generated.</summary>
    None,
    Atom,
    Bond,
    Ring,
    Open,
    Close,

    /// <summary>What follows is a molecule of its own.</summary>
    Dot,
}

/// <summary>What a token of SMILES is.</summary>
/// <param name="Kind">Its place in the grammar.</param>
/// <param name="Ring">The number of a ring that opens or closes here.</param>
internal readonly record struct SmilesToken(SmilesKind Kind, int Ring = 0)
{
    /// <summary>Cuts SMILES into atoms, bonds, digits of rings and parentheses.</summary>
    public const string Pattern = @"\[[^\]]+\]|Br|Cl|%[0-9][0-9]|.";

    public static SmilesToken None => default;

    public static SmilesToken Of(string text) => text switch
    {
        "(" => new(SmilesKind.Open),
        ")" => new(SmilesKind.Close),
        "." => new(SmilesKind.Dot),
        "-" or "=" or "#" or ":" or "/" or "\\" => new(SmilesKind.Bond),
        [>= '0' and <= '9' and var digit] => new(SmilesKind.Ring, digit - '0'),
        ['%', var tens, var ones] => new(SmilesKind.Ring, 10 * (tens - '0') + ones - '0'),
        ['[', ..] => new(SmilesKind.Atom),
        _ when Element.Find(text) is not null => new(SmilesKind.Atom),
        _ => None,
    };
}
