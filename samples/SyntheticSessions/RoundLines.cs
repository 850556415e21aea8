using System.Globalization;
using SeqGan;

namespace SyntheticSessions;

/// <summary>A line for some rounds of a training.</summary>
internal sealed class RoundLines : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (!value.EndOfRound || (value.Round != value.Rounds && value.Round % Math.Max(1, value.Rounds / 4) != 0))
            return;
        string figure = value.Phase switch
        {
            TrainingPhase.GeneratorPretraining =>
                string.Create(CultureInfo.InvariantCulture, $"likelihood     nll {value.NegativeLogLikelihood:0.000}"),
            TrainingPhase.DiscriminatorPretraining =>
                string.Create(CultureInfo.InvariantCulture, $"discriminator  accuracy {value.DiscriminatorAccuracy:0.00}"),
            _ => string.Create(CultureInfo.InvariantCulture,
                $"adversarial    reward {value.RewardMean:0.00}, held out {value.HeldOutAccuracy:0.00}"),
        };
        Console.WriteLine($"{figure} ({value.Round}/{value.Rounds})");
    }
}
