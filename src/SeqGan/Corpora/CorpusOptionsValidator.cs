using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>Holds <see cref="CorpusOptions"/> against its attributes; unlike the generated validators it names the value.</summary>
internal sealed class CorpusOptionsValidator : IValidateOptions<CorpusOptions>
{
    private static readonly (PropertyInfo Property, ValidationAttribute[] Rules)[] s_rules =
        [.. typeof(CorpusOptions).GetProperties().Select(property => (property, property.GetCustomAttributes<ValidationAttribute>().ToArray()))];

    public static void ThrowIfInvalid(CorpusOptions options)
    {
        ValidateOptionsResult result = new CorpusOptionsValidator().Validate(null, options);
        if (result.Failed)
            throw new OptionsValidationException(nameof(CorpusOptions), typeof(CorpusOptions), result.Failures);
    }

    public ValidateOptionsResult Validate(string? name, CorpusOptions options)
    {
        var failures = new List<string>();
        foreach ((PropertyInfo property, ValidationAttribute[] rules) in s_rules)
        {
            object? value = property.GetValue(options);
            foreach (ValidationAttribute rule in rules.Where(rule => !rule.IsValid(value)))
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{nameof(CorpusOptions)}.{property.Name} is {value ?? "null"}; {Describe(rule)}."));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string Describe(ValidationAttribute rule) => rule switch
    {
        RangeAttribute { MaximumIsExclusive: true } range => string.Create(CultureInfo.InvariantCulture, $"it must be in [{range.Minimum}, {range.Maximum})"),
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"it must be in [{range.Minimum}, {range.Maximum}]"),
        EnumDataTypeAttribute choice => $"it must be one of {string.Join(", ", Enum.GetNames(choice.EnumType))}",
        _ => "a value is required",
    };
}
