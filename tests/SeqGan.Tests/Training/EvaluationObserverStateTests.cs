using System.Buffers.Binary;

namespace SeqGan.Tests.Training;

/// <summary>The states of evaluators in that of their observer.</summary>
public sealed class EvaluationObserverStateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestoreState_EvaluatorsWithState_GoOnWhereTheyWere()
    {
        var before = new EvaluationObserver([new Counter("a"), new Stateless(), new Counter("b", 10)]);
        await EvaluateAsync(before);
        byte[] state = Reporting.ObserverStates.Save(before);
        // One without a state may go, and others come.
        var after = new EvaluationObserver([new Counter("a"), new Counter("b"), new Stateless(), new Stateless()]);

        Reporting.ObserverStates.Restore(after, state);

        IReadOnlyDictionary<string, double> metrics = await EvaluateAsync(after);
        Assert.Equal((2, 12), (metrics["a"], metrics["b"]));
    }

    [Fact]
    public void SaveState_NoEvaluatorWithState_IsEmpty()
    {
        var observer = new EvaluationObserver([new Stateless()]);

        Assert.Empty(Reporting.ObserverStates.Save(observer));
        Reporting.ObserverStates.Restore(observer, []);
    }

    [Fact]
    public void RestoreState_OtherEvaluators_NamesThem()
    {
        byte[] state = Reporting.ObserverStates.Save(new EvaluationObserver([new Counter("a")]));

        var error = Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(new EvaluationObserver([new Other()]), state));

        Assert.Contains(nameof(Other), error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(new EvaluationObserver([new Stateless()]), state));
        Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(new EvaluationObserver([new Counter("a"), new Counter("b")]), state));
    }

    [Fact]
    public async Task RestoreState_SecondEvaluatorRefuses_LeavesTheFirstUnchanged()
    {
        var observer = new EvaluationObserver([new Counter("a", 5), new Counter("b", 5)]);
        byte[] state = Reporting.ObserverStates.Save(observer);
        state[^1] = 0xFF;

        Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(observer, state));

        IReadOnlyDictionary<string, double> metrics = await EvaluateAsync(observer);
        Assert.Equal((6, 6), (metrics["a"], metrics["b"]));
    }

    [Fact]
    public void RestoreState_PartsAndHugeLengths_Throw()
    {
        var observer = new EvaluationObserver([new Counter("a"), new Counter("b")]);
        byte[] state = Reporting.ObserverStates.Save(observer);
        for (int length = 0; length < state.Length; length++)
            Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(observer, state.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(observer, [.. state, 0]));
        foreach (int huge in (int[])[int.MaxValue, -1, int.MinValue])
        {
            byte[] hostile = [.. state];
            BinaryPrimitives.WriteInt32LittleEndian(hostile, huge);
            Assert.Throws<InvalidDataException>(() => Reporting.ObserverStates.Restore(observer, hostile));
        }
    }

    private static async Task<IReadOnlyDictionary<string, double>> EvaluateAsync(EvaluationObserver observer)
    {
        TrainingContext context = Reporting.ReportingSetup.Context();
        await observer.OnRoundEndAsync(Reporting.ReportingSetup.Adversarial(), context, Cancellation);
        return context.Reported;
    }

    private sealed class Counter(string name, int count = 0) : IEvaluator, ICheckpointable
    {
        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default) =>
            new(new Dictionary<string, double> { [name] = ++count });

        public void SaveState(Stream destination) => destination.WriteByte((byte)count);

        public void RestoreState(Stream source, int version)
        {
            int read = source.ReadByte();
            count = read is < 0 or 0xFF ? throw new InvalidDataException($"{read} is no count.") : read;
        }
    }

    private sealed class Other : IEvaluator, ICheckpointable
    {
        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default) =>
            new(new Dictionary<string, double>());

        public void SaveState(Stream destination)
        {
        }

        public void RestoreState(Stream source, int version)
        {
        }
    }

    private sealed class Stateless : IEvaluator
    {
        public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default) =>
            new(new Dictionary<string, double> { ["stateless"] = 1 });
    }
}
