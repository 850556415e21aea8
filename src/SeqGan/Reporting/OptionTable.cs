using System.Collections;
using System.Globalization;
using System.Reflection;

namespace SeqGan;

/// <summary>The values of options for people, read once.</summary>
internal sealed record OptionTable(IReadOnlyList<(string Section, IReadOnlyList<(string Name, string Value, string Default)> Rows)> Sections)
{
    public static OptionTable Of(SeqGanOptions options)
    {
        var defaults = new SeqGanOptions();
        var general = new List<(string, string, string)>();
        var sections = new List<(string, IReadOnlyList<(string, string, string)>)> { ("General", general) };
        foreach (PropertyInfo property in Properties(typeof(SeqGanOptions)))
        {
            (object? value, object? standard) = (property.GetValue(options), property.GetValue(defaults));
            if (IsSection(property.PropertyType))
                sections.Add((property.Name, Rows(property.PropertyType, value, standard)));
            else
                general.Add((property.Name, Format(value), Format(standard)));
        }

        return new OptionTable(sections);
    }

    private static IReadOnlyList<(string, string, string)> Rows(Type type, object? values, object? defaults) =>
        values is null ? [] : [.. Properties(type).Select(property => (property.Name, Format(property.GetValue(values)), Format(property.GetValue(defaults))))];

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetMethod is not null && property.GetIndexParameters().Length == 0);

    private static bool IsSection(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static string Format(object? value) => value switch
    {
        null => "none",
        string text => text,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Format))}]",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
