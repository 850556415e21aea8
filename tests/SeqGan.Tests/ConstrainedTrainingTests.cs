using Microsoft.Extensions.Options;
using SeqGan.Tests.Checkpoints;
using SeqGan.Tests.Training;

namespace SeqGan.Tests;

/// <summary>Training under a constraint, from the builder to the resumed checkpoint.</summary>
public sealed class ConstrainedTrainingTests
{
    private const string Vowels = "[a-e](a|e|i)[bcd]";

    [Fact]
    public async Task TrainAsync_UnderAConstraint_GeneratesWhatSatisfiesItAndNothingElse()
    {
        using SeqGanTrainer trainer = Constrained(TinyTraining.Builder(), Vowels).Build();

        await trainer.TrainAsync();

        Assert.All(trainer.Generate(300), text => Assert.Matches($"^{Vowels}$", text));
    }

    [Fact]
    public async Task TrainAsync_ConstraintThatEveryTokenSatisfies_TrainsAsWithoutOne()
    {
        ITokenConstraint anything = TokenConstraint.FromFilter((_, allowed) => allowed.AddAll(), TinyTraining.Corpus.Format);
        using SeqGanTrainer free = TinyTraining.Builder().Build(), constrained = TinyTraining.Builder().UseConstraint(anything).Build();

        await free.TrainAsync();
        await constrained.TrainAsync();

        var options = new SamplingOptions { Seed = 1 };
        Assert.Equal(free.Generate(100, options), constrained.Generate(100, options));
    }

    [Fact]
    public void Build_DataThatBreakTheConstraint_AreCountedInTheLog()
    {
        Corpus corpus = TinyTraining.Corpus;
        using var log = new RecordingFactory();
        using SeqGanTrainer trainer = Constrained(TinyTraining.Builder(), Vowels).UseLoggerFactory(log).Build();
        int training = Enumerable.Range(0, corpus.Training.Count).Count(row => corpus.Decode(corpus.Training[row])[1] is 'o' or 'u');
        int heldOut = Enumerable.Range(0, corpus.HeldOut.Count).Count(row => corpus.Decode(corpus.HeldOut[row])[1] is 'o' or 'u');

        Assert.Contains(log.Logger.Messages, message => message.Contains(
            $"{training} of {corpus.Training.Count} training and {heldOut} of {corpus.HeldOut.Count} held-out sequences break the "
                + $"constraint 'text matches {Vowels}'", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_GeneratorWithAnotherConstraint_IsAFailureThatNamesBoth()
    {
        SequenceFormat format = TinyTraining.Corpus.Format;
        ITokenConstraint asked = TokenConstraint.MinimumLength(2, format), other = TokenConstraint.MinimumLength(3, format);
        SeqGanBuilder builder = TinyTraining.Builder().UseConstraint(asked)
            .UseGenerator(context => new RecurrentGenerator(context.Format, context.Options.Generator, 1, other));

        string failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures);

        Assert.Contains("'at least 3 tokens'", failure, StringComparison.Ordinal);
        Assert.Contains("'at least 2 tokens'", failure, StringComparison.Ordinal);
        using SeqGanTrainer trainer = builder
            .UseGenerator(context => new RecurrentGenerator(context.Format, context.Options.Generator, 1, context.Constraint)).Build();
        Assert.All(trainer.Generate(100), text => Assert.True(text.Length >= 2));
    }

    [Fact]
    public void Build_ConstraintOfAnotherFormatOrNone_SaysSo()
    {
        SeqGanBuilder builder = TinyTraining.Builder().UseConstraint(TokenConstraint.MinimumLength(2, new SequenceFormat(9, 3)));
        Assert.Contains("another format", Assert.Single(Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures),
            StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => builder.UseConstraint(_ => null!).Build());
        Assert.Throws<ConstraintException>(() => Constrained(builder, "[a-e]{50}").Build());
        Assert.Throws<ArgumentNullException>(() => builder.UseConstraint((ITokenConstraint)null!));
    }

    [Fact]
    public async Task Build_ResumeUnderAnotherConstraint_IsRefusedWithBoth()
    {
        using var setup = new ResumeSetup();
        setup.Configure = builder => Constrained(builder, ".{3,7}");
        using (SeqGanTrainer trainer = setup.Builder().UseCheckpoints(setup.Checkpoints).Build())
            await trainer.SaveCheckpointAsync();

        using (SeqGanTrainer same = setup.Builder().ResumeFrom(setup.Checkpoints).Build())
            Assert.NotNull(same);
        setup.Configure = builder => Constrained(builder, ".{2,7}");
        Assert.Contains(
            "Constraint was text matches .{3,7} and is text matches .{2,7} now",
            CheckpointFailures.Mismatch(() => setup.Builder().ResumeFrom(setup.Checkpoints).Build()).Message,
            StringComparison.Ordinal);
        setup.Configure = null;
        Assert.Contains(
            "Constraint was text matches .{3,7} and is none now",
            CheckpointFailures.Mismatch(() => setup.Builder().ResumeFrom(setup.Checkpoints).Build()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ResumeFrom_MidwayUnderAConstraint_GoesOnBitForBit()
    {
        using var whole = new ResumeSetup { Configure = builder => Constrained(builder, "[ab][e-n]+o?") };
        using var cut = new ResumeSetup { Configure = whole.Configure };
        string expected;
        using (SeqGanTrainer trainer = whole.Builder().Build())
        {
            await trainer.TrainAsync();
            expected = whole.Digest(trainer);
        }

        using (var stop = new CancellationTokenSource())
        {
            using SeqGanTrainer trainer = cut.Builder(progress =>
            {
                if (progress is { Phase: TrainingPhase.Adversarial, Round: 2, EndOfRound: true })
                    stop.Cancel();
            }).UseCheckpoints(cut.Checkpoints).Build();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: stop.Token));
        }

        using SeqGanTrainer resumed = cut.Builder().ResumeFrom(cut.Checkpoints).Build();
        await resumed.TrainAsync();
        Assert.Equal(expected, cut.Digest(resumed));
    }

    private static SeqGanBuilder Constrained(SeqGanBuilder builder, string pattern) => builder.UseConstraint(
        context => TokenConstraint.MatchingText(pattern, context.Format, context.Corpus.Vocabulary, context.Corpus.Tokenizer));
}
