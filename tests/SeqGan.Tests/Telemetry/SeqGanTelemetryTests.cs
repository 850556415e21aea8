using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using SeqGan.Tests.Training;
using Xunit;

namespace SeqGan.Tests.Telemetry;

/// <summary>What a listener receives of a training. Other tests train at the same time, so each looks for its own.</summary>
public class SeqGanTelemetryTests
{
    [Fact]
    public async Task Meter_PublishesStepsAndFigures()
    {
        var measured = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == SeqGanTelemetry.MeterName)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        // Measurements are delivered on the thread that makes them, within its execution context.
        var mine = new AsyncLocal<bool> { Value = true };
        void Keep(Instrument instrument, double value)
        {
            if (mine.Value)
                measured.AddOrUpdate(instrument.Name, value, (_, old) => old + value);
        }

        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Keep(instrument, value));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Keep(instrument, value));
        listener.Start();
        var setup = new TrainerSetup(heldOut: 4);
        setup.Rewards = new SequenceRewardEstimator(
            CombinedScorer.Sum([(setup.Discriminator, 1), (new DelegateScorer("never", _ => float.NaN), 1)]));
        setup.Observers.Add(new ContextObserver((_, context) => context.Report("custom", 1)));
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync();

        Assert.Equal(result.Steps, measured["seqgan.training.steps"]);
        Assert.Equal(result.Steps * 4 * 4, measured["seqgan.training.tokens"]);
        Assert.Equal(20 * 0.7, measured["seqgan.discriminator.loss"], 1e-9);
        Assert.Equal(10 * 1.5, measured["seqgan.generator.nll"], 1e-9);
        Assert.Equal(6 * 4, measured["seqgan.reward.not_applicable"]);
        Assert.Equal(6 * 0.5, measured["seqgan.reward.mean"], 1e-6);
        Assert.Equal(6 * 0.5, measured["seqgan.reward.scorer.mean"], 1e-6);
        Assert.Equal(0, measured["seqgan.reward.scorer.deviation"], 1e-6);
        Assert.Equal(7, measured["seqgan.evaluation"]);
        Assert.True(measured["seqgan.sample.uniqueness"] > 0);
        Assert.Equal(19, measured.Count);
    }

    [Fact]
    public async Task ActivitySource_HasAnActivityForEachPhaseAndRound()
    {
        using var root = new Activity("root");
        root.SetIdFormat(ActivityIdFormat.W3C).Start();
        var stopped = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SeqGanTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.TraceId == root.TraceId)
                    stopped.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using SeqGanTrainer trainer = new TrainerSetup().Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial);

        Assert.Equal(
            [
                "seqgan.round GeneratorPretraining 1", "seqgan.round GeneratorPretraining 2", "seqgan.phase GeneratorPretraining ",
                "seqgan.round Adversarial 1", "seqgan.round Adversarial 2", "seqgan.round Adversarial 3", "seqgan.phase Adversarial ",
            ],
            stopped.Select(a => $"{a.OperationName} {a.GetTagItem("seqgan.phase")} {a.GetTagItem("seqgan.round")}"));
        Activity phase = stopped.Last();
        Assert.Equal(root.SpanId, phase.ParentSpanId);
        Assert.Equal(phase.SpanId, stopped.Skip(3).First().ParentSpanId);
    }
}
