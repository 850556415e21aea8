using System.ComponentModel.DataAnnotations;

namespace SeqGan;

/// <summary>Holds options against their attributes where a component is constructed without the builder.</summary>
internal static class OptionsCheck
{
    /// <exception cref="ArgumentException">Options are out of range or contradict each other; all failures are listed.</exception>
    public static void ThrowIfInvalid(object options, params IEnumerable<string> contradictions)
    {
        var failures = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options) { DisplayName = options.GetType().Name }, failures, validateAllProperties: true);
        string[] messages = [.. failures.Select(failure => failure.ErrorMessage!), .. contradictions];
        if (messages.Length > 0)
            throw new ArgumentException(string.Join(" ", messages), nameof(options));
    }
}
