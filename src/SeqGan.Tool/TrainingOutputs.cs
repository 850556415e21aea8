namespace SeqGan.Tool;

/// <summary>Where the results of a training go; null where they are not wanted.</summary>
internal sealed record TrainingOutputs(string Model, string? MleModel, string? Report, string? Log, string? TensorBoard);
