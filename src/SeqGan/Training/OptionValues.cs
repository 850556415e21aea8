using System.Collections;
using System.Globalization;
using System.Reflection;

namespace SeqGan.Training;

/// <summary>All options as text, by their path (<c>Generator.HiddenSize</c>), to keep and to compare.</summary>
internal static class OptionValues
{
    private const string Constraint = "Constraint";

    /// <param name="options">The options.</param>
    /// <param name="constraint">The constraint of the training; it is kept like an option, by its text.</param>
    public static IReadOnlyDictionary<string, string> Of(SeqGanOptions options, ITokenConstraint? constraint = null)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(values, "", options);
        if (constraint is not null)
            values[Constraint] = Format(constraint);
        return values;
    }

    /// <summary>The paths of the options that may not change when a training is resumed.</summary>
    public static IReadOnlySet<string> Fixed { get; } =
        FindFixed("", typeof(SeqGanOptions)).Append(Constraint).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether a property holds options of its own.</summary>
    public static bool IsSection(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    /// <summary>An option's value as text.</summary>
    public static string Format(object? value) => value switch
    {
        null => "none",
        string text => text,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Format))}]",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Add(Dictionary<string, string> values, string prefix, object options)
    {
        foreach (PropertyInfo property in Properties(options.GetType()))
        {
            object? value = property.GetValue(options);
            string path = prefix + property.Name;
            if (value is not null && IsSection(property.PropertyType))
                Add(values, path + ".", value);
            else if (value is IEnumerable<EarlyStoppingOptions> items)
                AddEach(values, path, items);
            else
                values[path] = Format(value);
        }
    }

    private static void AddEach(Dictionary<string, string> values, string path, IEnumerable<object> items)
    {
        int index = 0;
        foreach (object item in items)
            Add(values, $"{path}[{index++}].", item);
    }

    private static IEnumerable<string> FindFixed(string prefix, Type type) => Properties(type).SelectMany(property =>
        IsSection(property.PropertyType) ? FindFixed($"{prefix}{property.Name}.", property.PropertyType)
        : property.IsDefined(typeof(FixedOnResumeAttribute)) ? [prefix + property.Name]
        : Enumerable.Empty<string>());

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
}
