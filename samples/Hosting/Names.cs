using System.Reflection;
using SeqGan;

namespace Hosting;

/// <summary>The names of the .NET base library's public types and members: text that every machine with .NET has.</summary>
internal static class Names
{
    private const int MaxLength = 19;

    public static Corpus Corpus()
    {
        const BindingFlags ofTheType = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<string> names =
            from type in typeof(string).Assembly.GetExportedTypes()
            from member in type.GetMembers(ofTheType).Append(type)
            where member is Type or MethodInfo { IsSpecialName: false } or PropertyInfo
            select member.Name;
        return SeqGan.Corpus.FromLines(
            names.Where(name => name.Length is >= 4 and <= MaxLength && name.All(char.IsAsciiLetter)).Distinct()
                .Order(StringComparer.Ordinal),
            new CorpusOptions { MaxLength = MaxLength, HeldOutFraction = 0.1 });
    }
}
