using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>Holds <see cref="CorpusOptions"/> against their attributes; the source generator writes it.</summary>
[OptionsValidator]
internal sealed partial class CorpusOptionsValidator : IValidateOptions<CorpusOptions>
{
    public static void ThrowIfInvalid(CorpusOptions options)
    {
        ValidateOptionsResult result = new CorpusOptionsValidator().Validate(null, options);
        if (result.Failed)
            throw new OptionsValidationException(nameof(CorpusOptions), typeof(CorpusOptions), result.Failures);
    }
}
