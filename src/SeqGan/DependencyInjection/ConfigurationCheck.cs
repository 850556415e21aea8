using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SeqGan;
using SeqGan.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Rejects what a configuration has for the options and binds to none of them, such as a misspelt key.</summary>
/// <param name="optionsName">The name of the options that the configuration is bound to.</param>
/// <param name="configuration">
/// A section of options. If it is a whole configuration instead, other keys at its top are none of the options' business.
/// </param>
/// <param name="application">The application's configuration, to look for a section in that is missing; null if it has none.</param>
internal sealed class ConfigurationCheck(string optionsName, IConfiguration configuration, IConfiguration? application)
    : IValidateOptions<SeqGanOptions>
{
    public ValidateOptionsResult Validate(string? name, SeqGanOptions options)
    {
        if (name != optionsName)
            return ValidateOptionsResult.Skip;
        string[] failures = [.. FindFailures()];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> FindFailures() => configuration is not IConfigurationSection section
        ? FindUnknown(configuration, typeof(SeqGanOptions), toleratesOthers: true)
        : section.Exists() || Siblings(section).Contains(section.Key, StringComparer.OrdinalIgnoreCase)
            ? FindUnknown(section, typeof(SeqGanOptions))
            : [DescribeMissing(section)];

    private string DescribeMissing(IConfigurationSection section)
    {
        // Only the configuration around an empty section tells it from one that is missing.
        string problem = application is null
            ? $"The section '{section.Path}', to take the options from, is missing or empty"
            : $"The configuration has no section '{section.Path}' to take the options from";
        string nearest = NearestName.Find(section.Key, Siblings(section)) is { } name
            ? $"the nearest name there is '{name}'. Use"
            : "use";
        return $"{problem}; {nearest} the name of a section, "
            + $"or call {nameof(SeqGanServiceCollectionExtensions.AddSeqGan)} without one to have the defaults.";
    }

    private IEnumerable<string> Siblings(IConfigurationSection section)
    {
        IConfiguration? parent = ConfigurationPath.GetParentPath(section.Path) is { Length: > 0 } path
            ? application?.GetSection(path)
            : application;
        return parent?.GetChildren().Select(child => child.Key) ?? [];
    }

    private static IEnumerable<string> FindUnknown(IConfiguration section, Type options, bool toleratesOthers = false)
    {
        PropertyInfo[] properties = options.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        string[] names = [.. properties.Select(property => property.Name)];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            string? nearest = NearestName.Find(child.Key, names);
            if (Array.Find(properties, property => property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } property)
            {
                foreach (string failure in FindUnbound(child, property.PropertyType))
                    yield return failure;
            }
            else if (nearest is not null || !toleratesOthers)
            {
                string valid = nearest is null ? $"there are {string.Join(", ", names)}" : $"the nearest is {nearest}";
                yield return $"{child.Path} sets nothing: {options.Name} has no option '{child.Key}'; {valid}.";
            }
        }
    }

    private static IEnumerable<string> FindUnbound(IConfigurationSection section, Type type)
    {
        Type valueType = Nullable.GetUnderlyingType(type) ?? type;
        bool hasChildren = section.GetChildren().Any(), hasValue = !string.IsNullOrEmpty(section.Value);
        TypeConverter converter = TypeDescriptor.GetConverter(valueType);
        if (converter.CanConvertFrom(typeof(string)))
        {
            return hasChildren
                ? [$"{section.Path} has the key '{section.GetChildren().First().Key}'; it must be a single value."]
                : (hasValue || type == valueType) && !CanConvert(section.Value, valueType, converter)
                    ? [$"{section.Path} is {(section.Value is null ? "null" : $"'{section.Value}'")}; it must be {Describe(valueType)}."]
                    : [];
        }

        Type? item = type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[0] : null;
        if (hasValue && !hasChildren)
        {
            return [$"{section.Path} is '{section.Value}'; it must be "
                + (item is null ? $"a section with options of {type.Name}." : "a list.")];
        }

        return item is null ? FindUnknown(section, type) : section.GetChildren().SelectMany(child => FindUnbound(child, item));
    }

    // In a list, the binder leaves out what it cannot convert, and it takes null for a number's default.
    private static bool CanConvert(string? value, Type type, TypeConverter converter)
    {
        if (value is null)
            return !type.IsValueType;
        try
        {
            return converter.ConvertFromInvariantString(value) is not null;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    private static string Describe(Type type) => type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time such as 00:10:00"
        : type == typeof(float) || type == typeof(double) ? "a number" : "a whole number in range";
}
