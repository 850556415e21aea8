using SeqGan;

namespace Quickstart;

/// <summary>The figures of a generator; <see cref="SequenceMetrics"/> says what each means and where it misleads.</summary>
internal sealed record Measurement(double NllTest, double Novelty, double Uniqueness, double MeanLength, double EndTokenRate)
{
    public static Measurement Of(SeqGanTrainer trainer, double temperature)
    {
        Corpus corpus = trainer.Corpus;
        TokenBatch generated = trainer.Sample(2000, new SamplingOptions { Seed = 0, Temperature = temperature }).AsBatch();
        return new Measurement(
            corpus.HeldOut.Count == 0 ? double.NaN : SequenceMetrics.NegativeLogLikelihood(trainer.Generator, corpus.HeldOut),
            SequenceMetrics.Novelty(generated, corpus.Training),
            SequenceMetrics.Uniqueness(generated),
            SequenceMetrics.MeanLength(generated),
            SequenceMetrics.EndTokenRate(generated, corpus.Format));
    }
}

/// <summary>What a training came to.</summary>
/// <param name="Before">The generator before adversarial training; null where training was stopped earlier.</param>
/// <param name="After">The generator at the end.</param>
/// <param name="HeldOutAccuracy">The discriminator's accuracy on held-out and fresh generated sequences, where it is known.</param>
/// <param name="Stopped">Whether the user stopped it.</param>
internal sealed record Outcome(Measurement? Before, Measurement After, double? HeldOutAccuracy, bool Stopped);
