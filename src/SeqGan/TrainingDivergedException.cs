namespace SeqGan;

/// <summary>Training produced a number that is not finite. What was learnt before the step may still be read; further steps make no sense.</summary>
public class TrainingDivergedException : SeqGanException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="step">The training step, counted since the trainer was made.</param>
    /// <param name="quantity">What is not finite, such as <c>generator loss</c>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="hint">What to try.</param>
    public TrainingDivergedException(TrainingPhase phase, long step, string quantity, double value, string hint)
        : base(FormattableString.Invariant($"{phase} diverged at step {step}: the {quantity} is {value}. {hint}"))
    {
        Phase = phase;
        Step = step;
        Quantity = quantity;
        Value = value;
        Hint = hint;
    }

    /// <summary>The phase.</summary>
    public TrainingPhase Phase { get; }

    /// <summary>The training step, counted since the trainer was made.</summary>
    public long Step { get; }

    /// <summary>What is not finite.</summary>
    public string Quantity { get; }

    /// <summary>Its value: NaN or an infinity.</summary>
    public double Value { get; }

    /// <summary>What to try.</summary>
    public string Hint { get; }
}
