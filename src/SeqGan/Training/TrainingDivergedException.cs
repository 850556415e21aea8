namespace SeqGan.Training;

/// <summary>A training went wrong: see <see cref="Sign"/>. What it learned before can be read, and the last checkpoint is intact.</summary>
/// <param name="phase">The phase.</param>
/// <param name="step">The training step, counted since the trainer was made.</param>
/// <param name="quantity">What shows it, such as <c>generator loss</c>.</param>
/// <param name="value">Its value.</param>
/// <param name="hint">What to try.</param>
/// <param name="sign">The sign of divergence.</param>
public class TrainingDivergedException(
    TrainingPhase phase, long step, string quantity, double value, string hint, DivergenceSigns sign = DivergenceSigns.NotFinite)
    : SeqGanException(FormattableString.Invariant($"{phase} diverged at step {step}: the {quantity} is {value}. {hint}"))
{
    /// <summary>The phase.</summary>
    public TrainingPhase Phase { get; } = phase;

    /// <summary>The training step, counted since the trainer was made.</summary>
    public long Step { get; } = step;

    /// <summary>What shows it, such as <c>generator loss</c>.</summary>
    public string Quantity { get; } = quantity;

    /// <summary>Its value.</summary>
    public double Value { get; } = value;

    /// <summary>What to try.</summary>
    public string Hint { get; } = hint;

    /// <summary>The sign of divergence.</summary>
    public DivergenceSigns Sign { get; } = sign;
}
