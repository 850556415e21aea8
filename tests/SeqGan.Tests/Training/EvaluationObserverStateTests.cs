using SeqGan.Tests.Checkpoints;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>The states of evaluators in checkpoints.</summary>
public sealed class EvaluationObserverStateTests : IDisposable
{
    private readonly ResumeSetup _setup = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _setup.Dispose();

    [Fact]
    public async Task ResumeFrom_EvaluatorsWithState_ContinueWhereTheyWere()
    {
        using (SeqGanTrainer trainer = Build(new Counter("a"), new Stateless(), new Counter("b", 10)))
        {
            IReadOnlyDictionary<string, double> before = await EvaluateAsync(trainer);
            Assert.Equal((3, 13), (before["a"], before["b"]));
        }

        // Other evaluators without a state may come and go.
        using SeqGanTrainer resumed = Build(new Counter("a"), new Counter("b"));
        Counter[] counters = [.. Parts(resumed).OfType<Counter>()];

        Assert.Equal([3, 13], counters.Select(counter => counter.Count));
    }

    [Fact]
    public async Task UseCheckpoints_Evaluators_AreNamedByTypeAndOrder()
    {
        using SeqGanTrainer trainer = Build(new Counter("a"), new Stateless(), new Counter("b"));

        CheckpointInfo written = await trainer.SaveCheckpointAsync(Cancellation);

        Assert.Equal(["observer-EvaluationObserver-2-Stateless"], written.ComponentsWithoutState);
        Assert.Equal(
            ["observer-EvaluationObserver-2-Counter-2.state", "observer-EvaluationObserver-2-Counter.state"],
            Directory.GetFiles(written.Path, "observer-*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task ResumeFrom_EvaluatorThatRefuses_NamesIt()
    {
        using (SeqGanTrainer trainer = Build(new Counter("a", 0xFF)))
            await trainer.SaveCheckpointAsync(Cancellation);

        CheckpointException error = CheckpointFailures.Mismatch(() => Build(new Counter("a")));

        Assert.Contains("the state of observer-EvaluationObserver-2-Counter does not fit: 255 is no count.", error.Message,
            StringComparison.Ordinal);
    }

    private static IEnumerable<object> Parts(SeqGanTrainer trainer) => trainer.Components.Stateful.Select(component => component.Value);

    private static async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(SeqGanTrainer trainer) =>
        (await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Cancellation)).Metrics;

    private SeqGanTrainer Build(params IEvaluator[] evaluators) =>
        _setup.Builder().AddObserver(new EvaluationObserver(evaluators)).ResumeFrom(_setup.Checkpoints).Build();

    private sealed class Counter(string name, int count = 0) : IEvaluator, ICheckpointable
    {
        public int Count => count;

        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(
            IGenerator generator, CancellationToken cancellationToken = default) =>
            new(new Dictionary<string, double> { [name] = ++count });

        public void SaveState(Stream destination) => destination.WriteByte((byte)count);

        public void RestoreState(Stream source, int version)
        {
            int read = source.ReadByte();
            count = read is < 0 or 0xFF ? throw new InvalidDataException($"{read} is no count.") : read;
        }
    }

    private sealed class Stateless : IEvaluator
    {
        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(
            IGenerator generator, CancellationToken cancellationToken = default) =>
            new(new Dictionary<string, double> { ["stateless"] = 1 });
    }
}
