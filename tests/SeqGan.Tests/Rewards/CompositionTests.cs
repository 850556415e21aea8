using Microsoft.Extensions.Options;

namespace SeqGan.Tests.Rewards;

public class CompositionTests
{
    private static readonly DelegateScorer Length = new("length", s => s.Length);
    private static readonly DelegateScorer Half = new("half", _ => 0.25f);
    private static readonly DelegateScorer OnlyLong = new("only long", s => s.Length > 3 ? 2 : float.NaN);

    [Fact]
    public async Task Product_WeightsArePowers()
    {
        var product = CombinedScorer.Product([(Length, 2), (Half, 0.5), (OnlyLong, 1)]);

        Batches.AssertEqual([36, 2, 16], await product.ScoreAsync(Batches.Ragged));
    }

    [Fact]
    public async Task Product_NothingApplies_IsNaN() =>
        Batches.AssertEqual([2, float.NaN, 2], await CombinedScorer.Product([(OnlyLong, 1)]).ScoreAsync(Batches.Ragged));

    [Fact]
    public async Task Product_NegativeScore_NamesScorerRowAndScore()
    {
        var product = CombinedScorer.Product([(Length, 1), (new DelegateScorer("debt", s => 3 - s.Length), 1)]);

        var error = await Assert.ThrowsAsync<ScorerException>(() => product.ScoreAsync(Batches.Ragged));

        Assert.Equal(("debt", "Scorer 'debt' gave sequence 0 of 3 the score -3; in a product scores are at least 0."),
            (error.ScorerName, error.Message));
    }

    [Fact]
    public void Constructors_WeightsThatAreNotValid_NameScorerAndWeight()
    {
        Assert.Contains("'length' is -1 in round 1", Assert.Throws<ArgumentException>(() => CombinedScorer.Product([(Length, -1)])).Message,
            StringComparison.Ordinal);
        Assert.Contains("'length', 'half' are 0",
            Assert.Throws<ArgumentException>(() => CombinedScorer.Sum([(Length, 0), (Half, 0)])).Message, StringComparison.Ordinal);
        Assert.Contains("'length' is NaN", Assert.Throws<ArgumentException>(() => CombinedScorer.Product([(Length, double.NaN)])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1.5)]
    [InlineData(3, 1)]
    [InlineData(9, 1)]
    public void Linear_OverRounds_GoesInEqualSteps(int round, double expected) =>
        Assert.Equal(expected, WeightSchedule.Linear(2, 1, 3).WeightAt(round));

    [Fact]
    public async Task Schedule_RoundOfTheRequest_SetsTheWeight()
    {
        var sum = CombinedScorer.Sum([(Length, WeightSchedule.Linear(0, 1, 3)), (Half, WeightSchedule.By(round => round * 4))]);
        Batches.AssertEqual([1, 1, 1], await sum.ScoreAsync(Batches.Ragged));

        sum.BeginBatch(Batches.Request with { Round = 2 });

        Batches.AssertEqual([5, 3, 4], await sum.ScoreAsync(Batches.Ragged));
    }

    [Fact]
    public async Task Schedule_InANestedCombination_TakesTheRoundToo()
    {
        var inner = CombinedScorer.Sum([(Length, WeightSchedule.Linear(0, 1, 3)), (Half, 1)]);
        var outer = CombinedScorer.Sum([(inner, 2)]);

        outer.BeginBatch(Batches.Request with { Round = 2 });

        // Twice half of the length and a quarter.
        Batches.AssertEqual([6.5f, 2.5f, 4.5f], await outer.ScoreAsync(Batches.Ragged));
    }

    [Fact]
    public async Task EndBatch_OfASum_TellsEachPartItsOwnScoresAndSummarizesThem()
    {
        var learner = new LearningScorer();
        var sum = CombinedScorer.Sum([(learner, 2), (Half, 1)]);

        sum.EndBatch(Batches.Ragged, await sum.ScoreAsync(Batches.Ragged));

        Assert.Equal([6, 2, 4], learner.Learnt);
        ScoreSummary summary = sum.Components.First();
        Assert.Equal(("learner", 4), (summary.Name, summary.Mean));
        Assert.Equal(Math.Sqrt(8.0 / 3), summary.Deviation, 12);
    }

    [Fact]
    public void Schedule_WeightThatIsNotValid_NamesScorerRoundAndWeight()
    {
        var sum = CombinedScorer.Sum([(Length, WeightSchedule.By(round => 1.0 / (2 - round))), (Half, 1)]);
        var product = CombinedScorer.Product([(Length, WeightSchedule.Linear(1, -1, 3))]);
        var failing = CombinedScorer.Sum(
            [(Length, WeightSchedule.By(round => round < 2 ? 1 : throw new InvalidDataException("no table")))]);

        string[] messages =
        [
            .. new IAdaptiveScorer[] { sum, product, failing }.Select(
                scorer => Assert.Throws<ScorerException>(() =>
                    scorer.BeginBatch(Batches.Request with { Round = scorer == product ? 3 : 2 })).Message),
        ];

        Assert.Contains($"'length' is {double.PositiveInfinity} in round 2", messages[0], StringComparison.Ordinal);
        Assert.Contains("'length' is -1 in round 3; in a product", messages[1], StringComparison.Ordinal);
        Assert.Contains("no table", messages[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Schedule_AllWeightsZeroInARound_NamesScorersAndRound()
    {
        var sum = CombinedScorer.Sum([(Length, WeightSchedule.Linear(1, 0, 3)), (Half, 0)]);
        sum.BeginBatch(Batches.Request with { Round = 2 });

        Assert.Contains("'length', 'half' are 0 in round 3",
            Assert.Throws<ScorerException>(() => sum.BeginBatch(Batches.Request with { Round = 3 })).Message, StringComparison.Ordinal);
        Assert.Contains("'length' are 0 in round 1",
            Assert.Throws<ArgumentException>(() => CombinedScorer.Product([(Length, WeightSchedule.By(_ => 0))])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrency_SameScorerInSeveralParts_DoesNotRunBesideItself()
    {
        int inside = 0, most = 0;
        var slow = new DelegateScorer("slow", s =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            Thread.Sleep(30);
            Interlocked.Decrement(ref inside);
            return s.Length;
        }) { AllowsConcurrency = true };
        var sum = CombinedScorer.Sum([(slow, 1), (new TimeLimitedScorer(slow, TimeSpan.FromMinutes(5)), 1), (Half, 1)]);

        Batches.AssertEqual([12.25f, 4.25f, 8.25f], await sum.ScoreAsync(Batches.Ragged));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Concurrency_ScorersThatAllowIt_RunTogetherAndScoreTheSame()
    {
        using var meeting = new Barrier(3);
        DelegateScorer Meets(string name, bool allows) => new(name, s =>
        {
            Assert.True(meeting.SignalAndWait(TimeSpan.FromMinutes(5)));
            return name.Length * s.Length;
        }) { AllowsConcurrency = allows };
        var sum = CombinedScorer.Sum([(Meets("a", true), 1), (Meets("bb", false), 0.5), (Meets("ccc", true), 0.25)]);

        Batches.AssertEqual([6 + 6 + 4.5f, 2 + 2 + 1.5f, 4 + 4 + 3], await sum.ScoreAsync(Batches.Ragged));
        Assert.False(sum.AllowsConcurrency);
    }

    [Fact]
    public async Task Concurrency_OneFails_StopsTheOthersAndIsNamed()
    {
        using var started = new SemaphoreSlim(0);
        bool stopped = false;
        var sum = CombinedScorer.Sum([(new StubConcurrentScorer("patient", async token =>
        {
            started.Release();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                stopped = true;
            }
        }), 1), (new StubConcurrentScorer("broken", async _ =>
        {
            await started.WaitAsync(TestContext.Current.CancellationToken);
            throw new InvalidDataException("no file");
        }), 1)]);

        var error = await Assert.ThrowsAsync<ScorerException>(() => sum.ScoreAsync(Batches.Ragged));

        Assert.Equal("broken", error.ScorerName);
        Assert.True(stopped);
    }

    [Fact]
    public async Task Train_ScheduledProduct_ReportsEachComponent()
    {
        List<TrainingProgress> reports = [];
        var rounds = new List<int>();
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .Configure(options => options.Rewards.Combination = RewardCombination.Product)
            .Configure(options => options.Rewards.DiscriminatorWeight = WeightSchedule.By(round =>
            {
                rounds.Add(round);
                return round;
            }))
            .AddReward(context => Scorers.Novelty(context.Corpus.Training), WeightSchedule.Linear(0, 1, 3))
            .AddReward(Scorers.Length(3, 3))
            .AddObserver(reports.Add)
            .Build();

        await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal([1, 1, 2, 3], rounds);
        TrainingProgress last = reports.Last(report => report.EndOfRound);
        string[] names =
        [
            .. new[] { trainer.Discriminator.Name, "novelty", "length" }.SelectMany(
                name => new[] { $"reward_{name}_mean", $"reward_{name}_deviation" }),
        ];
        Assert.Equal(names.Order(StringComparer.Ordinal), last.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.All(last.Metrics.Values, value => Assert.InRange(value, 0, 1));
        Assert.All(reports.Where(report => report.Phase != TrainingPhase.Adversarial), report => Assert.Empty(report.Metrics));
    }

    [Fact]
    public async Task Train_DiscriminatorAlone_ReportsNoComponents()
    {
        List<TrainingProgress> reports = [];
        using SeqGanTrainer trainer = TinyTraining.Builder().AddObserver(reports.Add).Build();

        await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(reports, report => Assert.Empty(report.Metrics));
    }

    [Fact]
    public void Build_WeightsOfNothing_NamesThem()
    {
        SeqGanBuilder builder = TinyTraining.Builder()
            .Configure(options => options.Rewards.DiscriminatorWeight = WeightSchedule.Constant(0))
            .AddReward(Scorers.Length(1, 2), 0)
            .AddReward(Scorers.Novelty(TinyTraining.Corpus.Training), WeightSchedule.Linear(0, 0, 9));

        var error = Assert.Throws<OptionsValidationException>(() => builder.Build());

        Assert.Contains("The weights of the discriminator and of 'length', 'novelty' are 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_NegativeWeightInProduct_NamesIt()
    {
        SeqGanBuilder builder = TinyTraining.Builder().Configure(options => options.Rewards.Combination = RewardCombination.Product)
            .AddReward(Scorers.Length(1, 2), -0.5);

        Assert.Contains("'length' is -0.5; in a product", Assert.Throws<OptionsValidationException>(() => builder.Build()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ScheduleThatIsNotValid_NamesScorerAndRound()
    {
        SeqGanBuilder builder = TinyTraining.Builder().AddReward(Scorers.Length(1, 2), WeightSchedule.By(_ => double.NaN));

        Assert.Contains("'length' is NaN in round 1", Assert.Throws<OptionsValidationException>(() => builder.Build()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Build_FactoriesOfOneName_NamesIt()
    {
        SeqGanBuilder builder = TinyTraining.Builder().AddReward(_ => Scorers.Length(1, 2)).AddReward(Scorers.Length(2, 3));

        Assert.Contains("2 scorers have the name 'length'", Assert.Throws<OptionsValidationException>(() => builder.Build()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_ScorerOfAFactory_IsDisposed()
    {
        var made = new DisposableScorer();
        var given = new DisposableScorer();
        TinyTraining.Builder().AddReward(_ => made).Build().Dispose();
        TinyTraining.Builder().AddReward(given).Build().Dispose();

        Assert.Equal((true, false), (made.IsDisposed, given.IsDisposed));
    }

    private sealed class StubConcurrentScorer(string name, Func<CancellationToken, Task> score) : ISequenceScorer
    {
        public string Name => name;

        public bool AllowsConcurrency => true;

        public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
            await score(cancellationToken);
    }

    private sealed class DisposableScorer : ISequenceScorer, IDisposable
    {
        public string Name => "disposable";

        public bool IsDisposed { get; private set; }

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public void Dispose() => IsDisposed = true;
    }

    /// <summary>Scores by the length; keeps the scores of a batch's end.</summary>
    private sealed class LearningScorer : IAdaptiveScorer
    {
        public string Name => "learner";

        public float[] Learnt { get; private set; } = [];

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = sequences.LengthOf(row);
            return ValueTask.CompletedTask;
        }

        public void BeginBatch(RewardRequest request)
        {
        }

        public void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores) => Learnt = scores.ToArray();
    }
}
