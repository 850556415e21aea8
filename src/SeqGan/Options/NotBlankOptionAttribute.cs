using System.ComponentModel.DataAnnotations;

namespace SeqGan.Options;

/// <summary>A name or a path, or null for none. A blank one is most often a variable that was not set.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotBlankOptionAttribute : ValidationAttribute
{
    // No file system accepts NUL, and a message that contains it is unreadable.
    private const char Nul = '\0';

    public override bool IsValid(object? value) =>
        value is null || (value is string text && !string.IsNullOrWhiteSpace(text) && !text.Contains(Nul, StringComparison.Ordinal));

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) => OptionsCheck.Result(
        IsValid(value), validationContext, $"'{value?.ToString()?.Replace("\0", "\\0", StringComparison.Ordinal)}'",
        "must be a text that is not blank and has no NUL character, or null for none");
}
