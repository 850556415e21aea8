using Microsoft.Extensions.Options;

namespace SeqGan.Training;

/// <summary>Holds the options against their attributes; the source generator writes it.</summary>
[OptionsValidator]
internal sealed partial class SeqGanOptionsValidator : IValidateOptions<SeqGanOptions>;
