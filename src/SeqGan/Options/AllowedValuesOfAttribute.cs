using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;

namespace SeqGan.Options;

/// <summary>One of an enumeration's values, of flags a single one; a failure names the value and all that are valid.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedValuesOfAttribute(Type enumType) : ValidationAttribute
{
    private IEnumerable<string> Names => enumType.IsDefined(typeof(FlagsAttribute), inherit: false)
        ? Enum.GetNames(enumType).Where(
            name => BitOperations.IsPow2(Convert.ToInt64(Enum.Parse(enumType, name), CultureInfo.InvariantCulture)))
        : Enum.GetNames(enumType);

    public override bool IsValid(object? value) => value is not null && Enum.GetName(enumType, value) is { } name && Names.Contains(name);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        OptionsCheck.Result(IsValid(value), validationContext, value, $"must be one of {string.Join(", ", Names)}");
}
