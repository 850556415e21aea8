using SeqGan.Text;
using SeqGan;

namespace Molecules;

/// <summary>A molecule as SMILES describes it: atoms and bonds, hydrogen left out.</summary>
/// <remarks>
/// Enough to tell whether a text is a molecule: rings and branches that fit, no atom with more bonds than its valence. An atom in
/// brackets may have any valence. Of aromaticity, only one thing is checked: that an aromatic atom is in a ring.
/// </remarks>
internal sealed class Molecule
{
    private static readonly ITokenizer s_tokenizer = Tokenizer.Regex(SmilesToken.Pattern);

    private readonly List<string> _atoms = [];
    private readonly List<(int From, int To, double Order)> _bonds = [];

    private Molecule()
    {
    }

    /// <summary>Carbon and hydrogen alone.</summary>
    public bool IsHydrocarbon => _atoms.All(atom => atom is "C" or "c");

    /// <summary>A carbon with a hydroxyl group and no oxygen on a double bond: C-OH.</summary>
    public bool IsAlcohol => !IsAcid && Hydroxyls().Any();

    /// <summary>A carbon with a hydroxyl group and an oxygen on a double bond: C(=O)OH.</summary>
    public bool IsAcid => Hydroxyls().Any(carbon => Neighbours(carbon).Any(bond => bond.Order == 2 && _atoms[bond.Atom] == "O"));

    /// <summary>The molecule of a text, or null where it is none.</summary>
    public static Molecule? TryParse(string smiles)
    {
        var molecule = new Molecule();
        return molecule.Read(smiles) && molecule.FitsValences() ? molecule : null;
    }

    private bool Read(string smiles)
    {
        var branches = new Stack<int>();
        var rings = new Dictionary<int, (int Atom, string Bond)>();
        int last = -1;
        string bond = "";
        foreach (string text in s_tokenizer.Tokenize(smiles))
        {
            SmilesToken token = SmilesToken.Of(text);
            switch (token.Kind)
            {
                case SmilesKind.Atom:
                    _atoms.Add(text);
                    if (last >= 0 && !Connect(last, _atoms.Count - 1, bond))
                        return false;
                    (last, bond) = (_atoms.Count - 1, "");
                    break;
                case SmilesKind.Bond when last >= 0 && bond.Length == 0:
                    bond = text;
                    break;
                case SmilesKind.Ring when last >= 0:
                    if (!rings.Remove(token.Ring, out (int Atom, string Bond) first))
                        rings.Add(token.Ring, (last, bond));
                    else if (!Connect(first.Atom, last, bond.Length > 0 ? bond : first.Bond))
                        return false;
                    bond = "";
                    break;
                case SmilesKind.Open when last >= 0 && bond.Length == 0:
                    branches.Push(last);
                    break;
                case SmilesKind.Close when branches.Count > 0 && bond.Length == 0:
                    last = branches.Pop();
                    break;
                case SmilesKind.Dot when last >= 0 && bond.Length == 0 && branches.Count == 0:
                    last = -1;
                    break;
                default:
                    return false;
            }
        }

        return last >= 0 && bond.Length == 0 && branches.Count == 0 && rings.Count == 0;
    }

    // Two atoms have one bond at most, and none has one with itself.
    private bool Connect(int from, int to, string bond)
    {
        if (from == to || Neighbours(from).Any(neighbour => neighbour.Atom == to))
            return false;
        bool isAromatic = bond.Length == 0 && Element.Find(_atoms[from]) is { IsAromatic: true }
            && Element.Find(_atoms[to]) is { IsAromatic: true };
        _bonds.Add((from, to, bond switch { "=" => 2, "#" => 3, ":" => 1.5, _ => isAromatic ? 1.5 : 1 }));
        return true;
    }

    private bool FitsValences()
    {
        for (int atom = 0; atom < _atoms.Count; atom++)
        {
            if (Element.Find(_atoms[atom]) is not { } element)
                continue;

            // Two aromatic bonds leave a carbon one more; an aromatic nitrogen, oxygen or sulfur gives its pair.
            double bonds = Neighbours(atom).Sum(bond => element.IsAromatic && bond.Order == 1.5 ? 1 : bond.Order);
            if (bonds > element.Valence - (element.Symbol == "c" ? 1 : 0) || (element.IsAromatic && !IsInRing(atom)))
                return false;
        }

        return true;
    }

    // Without the atom, one of its neighbours still reaches another.
    private bool IsInRing(int atom)
    {
        int[] neighbours = [.. Neighbours(atom).Select(bond => bond.Atom)];
        return neighbours.Any(start => Reachable(start, atom).Intersect(neighbours).Count() > 1);
    }

    private HashSet<int> Reachable(int start, int without)
    {
        var reached = new HashSet<int> { start };
        var open = new Stack<int>(reached);
        while (open.TryPop(out int atom))
        {
            foreach ((int next, _) in Neighbours(atom))
            {
                if (next != without && reached.Add(next))
                    open.Push(next);
            }
        }

        return reached;
    }

    /// <summary>The carbons of hydroxyl groups: of oxygens with one single bond.</summary>
    private IEnumerable<int> Hydroxyls() =>
        from oxygen in Enumerable.Range(0, _atoms.Count)
        where _atoms[oxygen] == "O"
        let bonds = Neighbours(oxygen).ToArray()
        where bonds is [{ Order: 1 }] && _atoms[bonds[0].Atom] is "C" or "c"
        select bonds[0].Atom;

    private IEnumerable<(int Atom, double Order)> Neighbours(int atom) =>
        from bond in _bonds
        where bond.From == atom || bond.To == atom
        select (bond.From == atom ? bond.To : bond.From, bond.Order);
}
