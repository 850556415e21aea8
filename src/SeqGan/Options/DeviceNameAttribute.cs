using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace SeqGan.Options;

/// <summary>A device of libtorch by name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed partial class DeviceNameAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is string name && Pattern().IsMatch(name);

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        OptionsCheck.Result(IsValid(value), validationContext, $"'{value}'", "must be cpu, cuda or cuda:N");

    [GeneratedRegex(@"^(cpu|cuda(:[0-9]{1,3})?)\z")]
    private static partial Regex Pattern();
}
