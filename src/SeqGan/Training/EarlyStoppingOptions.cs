using System.ComponentModel.DataAnnotations;

namespace SeqGan.Training;

/// <summary>Ends a phase when a metric no longer improves.</summary>
public sealed class EarlyStoppingOptions
{
    /// <summary>The phase. The default value is <see cref="TrainingPhase.GeneratorPretraining"/>.</summary>
    [AllowedValuesOf(typeof(TrainingPhase))]
    public TrainingPhase Phase { get; set; } = TrainingPhase.GeneratorPretraining;

    /// <summary>
    /// The metric by its name in JSON Lines: a figure of <see cref="TrainingProgress"/> such as <c>held_out_accuracy</c>, or what an
    /// observer reports, such as <c>nll_test</c> of an <see cref="EvaluationObserver"/>. Rounds without it do not count. The default value
    /// is <c>nll_test</c>.
    /// </summary>
    [Required]
    public string Metric { get; set; } = "nll_test";

    /// <summary>Whether higher values are better. The default value is false.</summary>
    public bool HigherIsBetter { get; set; }

    /// <summary>The phase ends after so many values in a row that were no improvement. The default value is 3.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>What a value must be better by to be an improvement. The default value is 0.</summary>
    [AllowedRange(0.0, double.MaxValue)]
    public double MinimumImprovement { get; set; }

    /// <summary>
    /// Whether the generator, with its optimizer, returns to where the metric was best when the phase ends, stopped or not, also after a
    /// resumption with more rounds. It must be <see cref="ICheckpointable"/>. The default value is true.
    /// </summary>
    public bool RestoreBest { get; set; } = true;

    /// <summary>One line for people.</summary>
    public override string ToString() => $"{Phase} by {Metric}, patience {Patience}";

    internal EarlyStoppingOptions Copy() => (EarlyStoppingOptions)MemberwiseClone();
}
