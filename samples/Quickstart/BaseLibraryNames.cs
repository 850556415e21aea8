using System.Reflection;
using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>The names of the .NET base library's public types and members: text that every machine with .NET has.</summary>
internal static class BaseLibraryNames
{
    private const BindingFlags PublicMembers = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Distinct names of letters and digits that begin with a capital, in the same order on every run.</summary>
    /// <param name="maxLength">The most characters of a name.</param>
    public static IReadOnlyList<string> Read(int maxLength)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Type type in Assemblies().SelectMany(assembly => assembly.GetExportedTypes()))
        {
            names.Add(WithoutArity(type.Name));
            names.UnionWith(type.GetMembers(PublicMembers).Where(IsNamedByAuthor).Select(member => member.Name));
        }

        return [.. names.Where(name => name.Length >= 3 && name.Length <= maxLength && IsPlain(name))];
    }

    private static IEnumerable<Assembly> Assemblies() =>
        Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System.*.dll")
            .Order(StringComparer.Ordinal)
            .Select(path => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))));

    // Accessors and operators have names that the compiler made; nested types come as types of their own.
    private static bool IsNamedByAuthor(MemberInfo member) =>
        member is not (Type or ConstructorInfo or MethodBase { IsSpecialName: true } or FieldInfo { IsSpecialName: true });

    private static string WithoutArity(string name) => name.Split('`')[0];

    private static bool IsPlain(string name) => char.IsAsciiLetterUpper(name[0]) && name.All(char.IsAsciiLetterOrDigit);
}
