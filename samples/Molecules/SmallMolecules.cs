using System.Text;
using SeqGan;

namespace Molecules;

/// <summary>Hydrocarbons, alcohols and acids, built by rule: data where no file is named.</summary>
internal static class SmallMolecules
{
    /// <summary>Different molecules of at most so many tokens, in the same order on every run.</summary>
    public static IReadOnlyList<string> Build(int count, int maxTokens, ulong seed)
    {
        var built = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (int number = 0; built.Count < count && number < 40 * count; number++)
        {
            string smiles = new Builder(new RandomKey(seed, RandomPurpose.User), number).Build();
            if (smiles.Length <= maxTokens && Molecule.TryParse(smiles) is not null && known.Add(smiles))
                built.Add(smiles);
        }

        return built;
    }

    private sealed class Builder(RandomKey key, int number)
    {
        private readonly StringBuilder _smiles = new();
        private int _draws;

        public string Build()
        {
            int carbons = 2 + Draw(9);
            bool hasRing = carbons >= 4 && Draw(3) == 0;
            int group = Draw(3);
            Chain(carbons, hasRing, depth: 0);
            return _smiles.Append(group switch { 0 => "", 1 => "O", _ => "C(=O)O" }).ToString();
        }

        private void Chain(int carbons, bool hasRing, int depth)
        {
            int ring = hasRing ? Math.Min(carbons, 3 + Draw(4)) : 0;
            for (int i = 0; carbons > 0; i++)
            {
                if (i > 0 && i != ring && Draw(8) == 0)
                    _smiles.Append('=');
                _smiles.Append('C');
                carbons--;
                if (ring > 0 && (i == 0 || i == ring - 1))
                    _smiles.Append('1');
                if (i > 0 && i > ring && carbons > 1 && depth < 2 && Draw(4) == 0)
                    carbons -= Branch(1 + Draw(Math.Min(3, carbons - 1)), depth);
                else if (i > 0 && carbons > 0 && Draw(16) == 0)
                    _smiles.Append("(O)");
            }
        }

        private int Branch(int carbons, int depth)
        {
            _smiles.Append('(');
            Chain(carbons, hasRing: false, depth + 1);
            _smiles.Append(')');
            return carbons;
        }

        private int Draw(int count) => (int)(key.NextUniform(number, 0, _draws++) * count);
    }
}
