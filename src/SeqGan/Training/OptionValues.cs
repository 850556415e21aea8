using System.Collections;
using System.Reflection;

namespace SeqGan.Training;

/// <summary>All options as text, by their path (<c>Generator.HiddenSize</c>), to keep and to compare.</summary>
internal static class OptionValues
{
    private const string Constraint = "Constraint";

    private static readonly Dictionary<string, string> s_renamed = new(StringComparer.Ordinal)
    {
        ["Generator.Cell"] = $"{nameof(SeqGanOptions.Generator)}.{nameof(GeneratorOptions.Network)}",
    };

    /// <summary>All options; the constraint of the training is kept like one, by its text.</summary>
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

    /// <summary>
    /// What a checkpoint recorded, under today's names. A fixed option that it did not record yet had what is its default value.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Upgrade(IReadOnlyDictionary<string, string> recorded)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in recorded)
            values[s_renamed.GetValueOrDefault(name, name)] = value;
        foreach ((string name, string value) in Of(new SeqGanOptions()).Where(option => Fixed.Contains(option.Key)))
            values.TryAdd(name, value);
        return values;
    }

    private static string Format(object? value) => value switch
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
            {
                Add(values, path + ".", value);
            }
            else if (value is IEnumerable<EarlyStoppingOptions> items)
            {
                foreach ((int index, EarlyStoppingOptions item) in items.Index())
                    Add(values, $"{path}[{index}].", item);
            }
            else
            {
                values[path] = Format(value);
            }
        }
    }

    private static IEnumerable<string> FindFixed(string prefix, Type type) => Properties(type).SelectMany(property =>
        IsSection(property.PropertyType) ? FindFixed($"{prefix}{property.Name}.", property.PropertyType)
        : property.IsDefined(typeof(FixedOnResumeAttribute)) ? [prefix + property.Name]
        : Enumerable.Empty<string>());

    private static bool IsSection(Type type) => type.IsClass && type.Name.EndsWith("Options", StringComparison.Ordinal);

    private static PropertyInfo[] Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
}
