using System.Reflection;
using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>Text that every machine with .NET has.</summary>
internal static class BaseLibrary
{
    private const BindingFlags OfTheType = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The names of the public types, methods, properties, events and fields, such as StringBuilder and AppendLine.</summary>
    public static IEnumerable<string> Names() =>
        Directory.EnumerateFiles(RuntimeEnvironment.GetRuntimeDirectory(), "System.*.dll")
            .SelectMany(path => Assembly.Load(new AssemblyName(Path.GetFileNameWithoutExtension(path))).GetExportedTypes())
            .SelectMany(type => type.GetMembers(OfTheType).Append(type))
            .Where(member => member is not (ConstructorInfo or MethodBase { IsSpecialName: true } or FieldInfo { IsSpecialName: true }))
            .Select(member => member.Name.Split('`')[0])
            .Where(name => name.Length is >= 3 and <= 24 && char.IsAsciiLetterUpper(name[0]) && name.All(char.IsAsciiLetterOrDigit))
            .Distinct()
            .Order(StringComparer.Ordinal);
}
