using SeqGan.Evaluation;
using SeqGan;

namespace Objectives;

/// <summary>What a generator came to.</summary>
internal sealed record Figures(double PredicateShare, double Uniqueness, double NllTest)
{
    private const int Samples = 2000;

    public static Figures Of(SeqGanTrainer trainer)
    {
        TokenBatch generated = trainer.Sample(Samples, new SamplingOptions { Seed = 1_000 }).AsBatch();
        return new Figures(
            SequenceMetrics.Validity(trainer.Corpus.Decode(generated), Grammar.IsNested),
            SequenceMetrics.Uniqueness(generated),
            SequenceMetrics.NegativeLogLikelihood(trainer.Generator, trainer.Corpus.HeldOut));
    }
}
