using System.ComponentModel.DataAnnotations;

namespace SeqGan.Options;

/// <summary>
/// A required option; unlike <see cref="RequiredAttribute"/>'s, its failure reads like those of the other attributes here.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotNullOptionAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not null;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        IsValid(value)
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.DisplayName} is null; leave it as it is for the default, or set a value.");
}
