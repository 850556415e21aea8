using System.ComponentModel.DataAnnotations;

namespace SeqGan;

/// <summary>A name or a path, or null for none. An empty one is most often a variable that was not set.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotBlankOptionAttribute : ValidationAttribute
{
    // No file system takes it, and a message that has it cannot be read.
    private const char Nul = '\0';

    public override bool IsValid(object? value) => value is null || (value is string text && !string.IsNullOrWhiteSpace(text) && !text.Contains(Nul, StringComparison.Ordinal));

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        IsValid(value)
            ? ValidationResult.Success
            : new ValidationResult(
                $"{validationContext.DisplayName} is '{value?.ToString()?.Replace("\0", "\\0", StringComparison.Ordinal)}'; it must be a text that is not blank and has no NUL character, or null for none.");
}
