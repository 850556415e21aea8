using System.Diagnostics;
using SeqGan.Evaluation;
using SeqGan.Training;
using SeqGan;

namespace Levers;

/// <summary>What a training by maximum likelihood came to, and how long it took.</summary>
internal sealed record Figures(double NllTest, double Bleu4, double SelfBleu4, double Seconds)
{
    private const int Samples = 2000;

    public static async Task<Figures> OfAsync(Lever lever, Corpus corpus, int epochs, ulong seed, CancellationToken cancellationToken)
    {
        var options = new SeqGanOptions { Seed = seed };
        lever.Configure(options);
        options.Training.BatchSize = Math.Min(64, corpus.Training.Count);
        options.Training.GeneratorPretrainingEpochs = epochs;
        using SeqGanTrainer trainer = new SeqGanBuilder(options).UseCorpus(corpus).Build();
        var clock = Stopwatch.StartNew();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancellationToken);
        double seconds = clock.Elapsed.TotalSeconds;
        var sampling = new SamplingOptions { Seed = 1_000 };
        TokenBatch generated = trainer.Sample(Samples, sampling, cancellationToken: cancellationToken).AsBatch();
        var metrics = SampleMetrics.Measure(generated, corpus.Format, corpus.HeldOut, cancellationToken: cancellationToken);
        double nll = SequenceMetrics.NegativeLogLikelihood(trainer.Generator, corpus.HeldOut, cancellationToken: cancellationToken);
        return new Figures(nll, metrics.Bleu![4], metrics.SelfBleu![4], seconds);
    }
}
