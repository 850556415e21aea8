using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace SeqGan.Options;

/// <summary>A range whose failure names the value, which <see cref="RangeAttribute"/>'s does not.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedRangeAttribute : RangeAttribute
{
    public AllowedRangeAttribute(int minimum, int maximum)
        : base(minimum, maximum)
    {
    }

    public AllowedRangeAttribute(double minimum, double maximum)
        : base(minimum, maximum)
    {
    }

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        OptionsCheck.Result(
            IsValid(value), validationContext, value, $"must be in [{Text(Minimum)}, {Text(Maximum)}{(MaximumIsExclusive ? ')' : ']')}");

    private static string? Text(object bound) => Convert.ToString(bound, CultureInfo.InvariantCulture);
}
