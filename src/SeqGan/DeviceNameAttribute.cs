using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace SeqGan;

/// <summary>A device of libtorch's by name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed partial class DeviceNameAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is string name && Pattern().IsMatch(name);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        IsValid(value)
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.DisplayName} is '{value}'; it must be cpu, cuda or cuda:N.");

    [GeneratedRegex(@"^(cpu|cuda(:[0-9]{1,3})?)\z")]
    private static partial Regex Pattern();
}
