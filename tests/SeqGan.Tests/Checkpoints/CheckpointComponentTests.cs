using SeqGan.Tests.Training;
using Xunit;

namespace SeqGan.Tests.Checkpoints;

/// <summary>The walk from components to their parts.</summary>
public sealed class CheckpointComponentTests
{
    [Fact]
    public void WithParts_PartsOfParts_AreNamedByTheirPath()
    {
        object leaf = new(), other = new();
        var composite = new Composite(("inner", new Composite(("leaf", leaf))), ("other", other), ("again", leaf));

        IReadOnlyList<CheckpointComponent> all = CheckpointComponent.WithParts([new("reward", composite, IsReward: true)]);

        Assert.Equal(["reward", "reward-inner", "reward-inner-leaf", "reward-other"], all.Select(component => component.Name));
        Assert.All(all, component => Assert.Equal((true, false), (component.IsReward, component.IsObserver)));
        Assert.Equal(["reward-inner-leaf", "reward-other"],
            all.Where(component => component.IsUnknown).Select(component => component.Name));
    }

    [Fact]
    public void WithParts_SameNames_BecomeDistinct()
    {
        IReadOnlyList<CheckpointComponent> all = CheckpointComponent.WithParts(
            [new("observer", new Composite(("a", new object()), ("a", new object()))), new("observer", new object()),
                new("observer-a", new object())]);

        Assert.Equal(["observer", "observer-a", "observer-a-2", "observer-2", "observer-a-3"], all.Select(component => component.Name));
    }

    [Fact]
    public void WithParts_SharedPart_HasBothRoles()
    {
        object shared = new();

        IReadOnlyList<CheckpointComponent> all = CheckpointComponent.WithParts(
            [new("reward", shared, IsReward: true), new("observer", new Composite(("shared", shared)), IsObserver: true)]);

        Assert.Equal(["reward", "observer"], all.Select(component => component.Name));
        Assert.Equal((true, true), (all[0].IsReward, all[0].IsObserver));
    }

    [Fact]
    public void WithParts_Models_HaveNoRole()
    {
        using var generator = new FakeGenerator(new SequenceFormat(4, 3));

        IReadOnlyList<CheckpointComponent> all = CheckpointComponent.WithParts(
            [new("reward", new Composite(("model", generator)), IsReward: true)]);

        Assert.Equal([true, false], all.Select(component => component.IsReward));
    }

    [Fact]
    public async Task SaveCheckpointAsync_CompositeReward_HasTheStatesOfItsParts()
    {
        using var setup = new ResumeSetup();
        using SeqGanTrainer trainer = setup.Builder().AddReward(new Pair(new Counting(3)), 0.5).UseCheckpoints(setup.Checkpoints).Build();

        CheckpointInfo written = await trainer.SaveCheckpointAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [3], await File.ReadAllBytesAsync(Path.Combine(written.Path, "reward-pair-left.state"), TestContext.Current.CancellationToken));
        Assert.Empty(written.ComponentsWithoutState);
        using SeqGanTrainer resumed = setup.Builder()
            .AddReward(new Pair(new Counting(0)), 0.5).UseCheckpoints(setup.Checkpoints + "-2").ResumeFrom(setup.Checkpoints).Build();
        Assert.Equal(3, resumed.Components.Stateful.Select(component => component.Value).OfType<Counting>().Single().Count);
    }

    private sealed class Composite(params (string Name, object Component)[] parts) : ICompositeComponent
    {
        public IEnumerable<(string Name, object Component)> Parts => parts;
    }

    private sealed class Pair(Counting left) : ISequenceScorer, ICompositeComponent
    {
        public string Name => "pair";

        public IEnumerable<(string Name, object Component)> Parts => [("left", left)];

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
            left.ScoreAsync(sequences, scores, cancellationToken);
    }

    private sealed class Counting(byte count) : ISequenceScorer, ICheckpointable
    {
        public byte Count => count;

        public string Name => "counting";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            scores.Span.Fill(count);
            return ValueTask.CompletedTask;
        }

        public void SaveState(Stream destination) => destination.WriteByte(count);

        public void RestoreState(Stream source, int version) => count = (byte)source.ReadByte();
    }
}
