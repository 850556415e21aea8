using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace SeqGan.Options;

/// <summary>Checks options against their attributes where a component is constructed without the builder.</summary>
internal static class OptionsCheck
{
    /// <exception cref="ArgumentException">Options are out of range or contradict each other; all failures are listed.</exception>
    public static void ThrowIfInvalid(object options, params IEnumerable<string> contradictions)
    {
        var failures = new List<ValidationResult>();
        var context = new ValidationContext(options) { DisplayName = options.GetType().Name };
        Validator.TryValidateObject(options, context, failures, validateAllProperties: true);
        string[] messages = [.. failures.Select(failure => failure.ErrorMessage!), .. contradictions];
        if (messages.Length > 0)
            throw new ArgumentException(string.Join(" ", messages), nameof(options));
    }

    /// <summary>What an attribute reports: the option, its value, and what is valid.</summary>
    public static ValidationResult? Result(bool isValid, ValidationContext context, object? value, string valid) =>
        isValid
            ? ValidationResult.Success
            : new ValidationResult(string.Create(CultureInfo.InvariantCulture, $"{context.DisplayName} is {value ?? "null"}; it {valid}."));
}
