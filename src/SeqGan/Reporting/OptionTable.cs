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
            if (OptionValues.IsSection(property.PropertyType))
                sections.Add((property.Name, Rows(property.PropertyType, value, standard)));
            else
                general.Add((property.Name, OptionValues.Format(value), OptionValues.Format(standard)));
        }

        return new OptionTable(sections);
    }

    private static IReadOnlyList<(string, string, string)> Rows(Type type, object? values, object? defaults) =>
        values is null ? [] : [.. Properties(type).Select(property => (property.Name, OptionValues.Format(property.GetValue(values)), OptionValues.Format(property.GetValue(defaults))))];

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetMethod is not null && property.GetIndexParameters().Length == 0);
}
