using System.ComponentModel.DataAnnotations;

namespace SeqGan;

/// <summary>The defined values of an enumeration; a failure names the value and all that are valid.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedValuesOfAttribute(Type enumType) : ValidationAttribute
{
    public Type EnumType { get; } = enumType;

    public override bool IsValid(object? value) => value is not null && Enum.IsDefined(EnumType, value);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        OptionsCheck.Result(IsValid(value), validationContext, value, $"must be one of {string.Join(", ", Enum.GetNames(EnumType))}");
}
