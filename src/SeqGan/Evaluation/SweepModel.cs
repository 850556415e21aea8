namespace SeqGan;

/// <summary>A model that a <see cref="QualityDiversitySweep"/> measures.</summary>
/// <param name="Name">Its name in the table, such as <c>MLE</c> or <c>SeqGAN</c>.</param>
/// <param name="Policy">The model.</param>
public sealed record SweepModel(string Name, CompiledPolicy Policy);
