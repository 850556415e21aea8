using System.Globalization;

namespace Molecules;

/// <summary>What a set of texts is made of.</summary>
/// <param name="Name">Whose texts they are.</param>
/// <param name="Valid">The share that are molecules.</param>
/// <param name="Novel">The share of the molecules that the data lack.</param>
/// <param name="Unique">
/// The share of different texts among the molecules. One molecule can be written in several ways; these count as different.
/// </param>
/// <param name="Hydrocarbons">The share of hydrocarbons among the molecules.</param>
/// <param name="Alcohols">That of alcohols.</param>
/// <param name="Acids">That of acids.</param>
internal sealed record Census(string Name, double Valid, double Novel, double Unique, double Hydrocarbons, double Alcohols, double Acids)
{
    public static string Header => $"{"",-34}{"valid",8}{"novel",8}{"unique",8}{"hydrocarbons",14}{"alcohols",10}{"acids",8}";

    public static Census Of(string name, IReadOnlyList<string> texts, IReadOnlySet<string> data)
    {
        (string Text, Molecule Molecule)[] valid =
            [.. from text in texts let molecule = Molecule.TryParse(text) where molecule is not null select (text, molecule)];
        double Share(Func<(string Text, Molecule Molecule), bool> belongs) =>
            valid.Length == 0 ? 0 : (double)valid.Count(belongs) / valid.Length;
        return new Census(
            name,
            (double)valid.Length / texts.Count,
            Share(one => !data.Contains(one.Text)),
            valid.Length == 0 ? 0 : (double)valid.DistinctBy(one => one.Text).Count() / valid.Length,
            Share(one => one.Molecule.IsHydrocarbon),
            Share(one => one.Molecule.IsAlcohol),
            Share(one => one.Molecule.IsAcid));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-34}{Valid,8:0.000}{Novel,8:0.000}{Unique,8:0.000}{Hydrocarbons,14:0.000}{Alcohols,10:0.000}{Acids,8:0.000}");
}
