using System.ComponentModel.DataAnnotations;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SeqGan.Options;

/// <summary>An option that a checkpoint's state depends on: a resumed training must have the same value.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FixedOnResumeAttribute : Attribute;

/// <summary>A check of an option whose failure names the option, its value, and what is valid.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class OptionAttribute : ValidationAttribute
{
    protected abstract string Valid { get; }

    protected virtual object? Describe(object? value) => value;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        IsValid(value)
            ? ValidationResult.Success
            : new ValidationResult(string.Create(
                CultureInfo.InvariantCulture, $"{validationContext.DisplayName} is {Describe(value) ?? "null"}; it {Valid}."));
}

/// <summary>A number's range; null is valid.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal class AllowedRangeAttribute(double minimum, double maximum) : OptionAttribute
{
    public bool MaximumIsExclusive { get; set; }

    protected override string Valid =>
        string.Create(CultureInfo.InvariantCulture, $"must be in [{minimum}, {maximum}{(MaximumIsExclusive ? ')' : ']')}");

    public override bool IsValid(object? value) => value is null
        || (Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number >= minimum
            && (MaximumIsExclusive ? number < maximum : number <= maximum));
}

/// <summary>One of an enumeration's values, of flags a single one; null is valid.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedValuesOfAttribute(Type enumType) : OptionAttribute
{
    protected override string Valid => $"must be one of {string.Join(", ", Names)}";

    private IEnumerable<string> Names => Enum.GetNames(enumType).Where(name => !enumType.IsDefined(typeof(FlagsAttribute), inherit: false)
        || BitOperations.IsPow2(Convert.ToInt64(Enum.Parse(enumType, name), CultureInfo.InvariantCulture)));

    public override bool IsValid(object? value) => value is null || (Enum.GetName(enumType, value) is { } name && Names.Contains(name));
}

/// <summary>A device of libtorch by name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed partial class DeviceNameAttribute : OptionAttribute
{
    protected override string Valid => "must be cpu, cuda or cuda:N";

    public override bool IsValid(object? value) => value is string name && Pattern().IsMatch(name);

    protected override object Describe(object? value) => $"'{value}'";

    [GeneratedRegex(@"^(cpu|cuda(:[0-9]{1,3})?)\z")]
    private static partial Regex Pattern();
}

/// <summary>A name or a path, or null for none. A blank one is most often a variable that was not set.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotBlankOptionAttribute : OptionAttribute
{
    protected override string Valid => "must be a text that is not blank and has no NUL character, or null for none";

    // No file system accepts NUL, and a message that contains it is unreadable.
    public override bool IsValid(object? value) =>
        value is null || (value is string text && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal));

    protected override object Describe(object? value) => $"'{value?.ToString()?.Replace("\0", "\\0", StringComparison.Ordinal)}'";
}

/// <summary>An option that must not be null.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotNullOptionAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is not null;

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => value is not null
        ? ValidationResult.Success
        : new ValidationResult($"{validationContext.DisplayName} is null; leave it as it is for the default, or set a value.");
}

/// <summary>Checks options against their attributes where a component is constructed without the builder.</summary>
internal static class OptionsCheck
{
    /// <exception cref="ArgumentException">Options are out of range or contradict each other; all failures are listed.</exception>
    public static void ThrowIfInvalid(object options, params IEnumerable<string> contradictions)
    {
        string[] failures = [.. FindFailures(options), .. contradictions];
        if (failures.Length > 0)
            throw new ArgumentException(string.Join(" ", failures), nameof(options));
    }

    /// <summary>What is out of range by the attributes, one sentence each.</summary>
    public static IEnumerable<string> FindFailures(object options)
    {
        var failures = new List<ValidationResult>();
        var context = new ValidationContext(options) { DisplayName = options.GetType().Name };
        Validator.TryValidateObject(options, context, failures, validateAllProperties: true);
        return failures.Select(failure => failure.ErrorMessage!);
    }
}
