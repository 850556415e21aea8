using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace SeqGan.Tests;

public sealed class OrleansRewardsTests
{
    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional, null)]
    [InlineData(DiscriminatorNetwork.Convolutional, 2)]
    [InlineData(DiscriminatorNetwork.Gru, null)]
    [InlineData(DiscriminatorNetwork.GeneratorStates, null)]
    public async Task TrainAsync_OnACluster_EndsWithTheWeightsOfOneProcess(DiscriminatorNetwork network, int? prefixes)
    {
        await using TestSilos cluster = await TestSilos.StartAsync();
        using var pieces = new PieceCounter();
        var statistics = new ClusterStatistics();
        Assert.Equal(
            await WeightsAsync(Builder(network, prefixes)),
            await WeightsAsync(
                Builder(network, prefixes).UseOrleansRewards(cluster.Client, options => options.Statistics = statistics)));
        Assert.All(cluster.Inner.Silos, silo => Assert.True(pieces.Of(silo.SiloAddress) > 0, $"{silo.SiloAddress} did nothing."));
        Assert.Equal(
            cluster.Inner.Silos.Select(silo => silo.SiloAddress.ToString()).Order(), statistics.Silos.Select(silo => silo.Silo).Order());
        Assert.All(statistics.Silos, silo => Assert.True(
            silo is { Pieces: > 0, Sent: > 0, Received: > 0 } && silo.Computed > TimeSpan.Zero, $"{silo}"));
        Assert.All(statistics.ToColumns(), column => Assert.Equal(2, column.Value.Count));
    }

    [Fact]
    public async Task TrainAsync_WithScoresOfSequencesAlone_EndsWithTheWeightsOfOneProcess()
    {
        await using TestSilos cluster = await TestSilos.StartAsync();
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder().UseSequenceRewards()),
            await WeightsAsync(TinyTraining.Builder().UseSequenceRewards().UseOrleansRewards(cluster.Client)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TrainAsync_UnderAConstraint_EndsWithTheWeightsOfOneProcess(bool isFunction)
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1);
        Assert.Equal(await WeightsAsync(Builder()), await WeightsAsync(Builder().UseOrleansRewards(cluster.Client)));

        SeqGanBuilder Builder()
        {
            SequenceFormat format = TinyTraining.Corpus.Format;
            return TinyTraining.Builder().UseConstraint(isFunction
                ? TokenConstraint.FromFilter((_, mask) => mask.AddAll(), format) : TokenConstraint.MinimumLength(3, format));
        }
    }

    [Fact]
    public async Task TrainAsync_ASiloIsKilledAndAnotherJoins_EndsWithTheWeightsOfOneProcess()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(3);
        using var pieces = new PieceCounter();
        InProcessSiloHandle? joined = null;
        SeqGanBuilder builder = Longer().UseOrleansRewards(
            cluster.Client, options => options.RefreshInterval = TimeSpan.FromMilliseconds(50)).AddObserver(async progress =>
        {
            if (progress is not { Phase: TrainingPhase.Adversarial, Round: 2 or 4 })
                return;
            if (progress.Round == 2)
                await cluster.Inner.KillSiloAsync(cluster.Inner.Silos[^1]);
            else
                joined = await cluster.Inner.StartAdditionalSiloAsync();
        });
        Assert.Equal(await WeightsAsync(Longer()), await WeightsAsync(builder));
        Assert.True(pieces.Of(joined!.SiloAddress) > 0, "The silo that joined did nothing.");

        static SeqGanBuilder Longer() => TinyTraining.Builder().Configure(options => options.Training.AdversarialRounds = 12);
    }

    [Fact]
    public async Task TrainAsync_MessagesAreLostDelayedAndDeliveredTwice_EndsWithTheWeightsOfOneProcess()
    {
        var random = new Random(1);
        await using TestSilos cluster = await TestSilos.StartAsync(2, filter: async context =>
        {
            int fate;
            lock (random)
                fate = random.Next(12);
            await context.Invoke();
            if (fate == 0)
                throw new TimeoutException("The answer was lost.");
            if (fate == 1)
                await Task.Delay(50);
            if (fate == 2)
                await context.Invoke();
        });
        var statistics = new ClusterStatistics();
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder()),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, options => options.Statistics = statistics)));
        Assert.True(statistics.Silos.Sum(silo => silo.Retries) > 0);
    }

    [Fact]
    public async Task TrainAsync_AllSilosAreAwayForAMoment_EndsWithTheWeightsOfOneProcess()
    {
        long away = long.MaxValue, back = long.MaxValue;
        await using TestSilos cluster = await TestSilos.StartAsync(3, filter: context =>
            Environment.TickCount64 is var now && now >= Volatile.Read(ref away) && now < Volatile.Read(ref back)
                ? throw new SiloUnavailableException("The gateway is gone.") : context.Invoke());
        var statistics = new ClusterStatistics();
        SeqGanBuilder builder = TinyTraining.Builder().UseOrleansRewards(
            cluster.Client, options => (options.RefreshInterval, options.Statistics) = (TimeSpan.FromMilliseconds(50), statistics))
            .AddObserver(progress =>
        {
            if (progress is not { Phase: TrainingPhase.Adversarial, Round: 1 })
                return;
            Volatile.Write(ref back, Environment.TickCount64 + 2500);
            Volatile.Write(ref away, Environment.TickCount64);
        });
        Assert.Equal(await WeightsAsync(TinyTraining.Builder()), await WeightsAsync(builder));
        Assert.All(statistics.Silos, silo => Assert.True(silo.Retries > 0, $"{silo}"));
    }

    [Fact]
    public async Task TrainAsync_APieceThatTookLongerThanSiloTimeoutFails_IsDoneAgain()
    {
        int calls = 0;
        await using TestSilos cluster = await TestSilos.StartAsync(1, filter: async context =>
        {
            if (context.InterfaceMethod.Name == nameof(IRewardWorker.RunAsync) && Interlocked.Increment(ref calls) == 1)
            {
                await Task.Delay(1500);
                throw new SiloUnavailableException("It was away.");
            }

            await context.Invoke();
        });
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder()),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(
                cluster.Client, options => options.SiloTimeout = TimeSpan.FromSeconds(1))));
        Assert.True(calls > 1, $"{calls} calls");
    }

    [Fact]
    public async Task TrainAsync_OneSiloHasSmallerLimits_LeavesItsPiecesToOthers()
    {
        int silos = 0;
        await using TestSilos cluster = await TestSilos.StartAsync(
            2, configure: options => options.MostTableMemory = Interlocked.Increment(ref silos) == 1 ? 1 : 1024);
        var statistics = new ClusterStatistics();
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder()),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, options => options.Statistics = statistics)));
        Assert.Contains(statistics.Silos, silo => silo is { Retries: > 0 });
    }

    [Fact]
    public async Task TrainAsync_AFailureWhileAScorerReadsTexts_EndsWithTheWeightsOfOneProcess()
    {
        int calls = 0;
        await using TestSilos cluster = await TestSilos.StartAsync(
            1,
            services =>
            {
                services.AddKeyedSingleton<ITextScorer>("short", new Reader());
                // Of the same name, and not asked for.
                services.AddKeyedSingleton<ISequenceScorer>("short", new LazyScorer());
            },
            filter: async context =>
            {
                await context.Invoke();
                if (context.InterfaceMethod.Name == nameof(IRewardWorker.RunAsync) && Interlocked.Increment(ref calls) % 7 == 0)
                    throw new SiloUnavailableException("It was away.");
            });
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder().AddTextReward("short", 0.5, Reader.Score)),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("short", 0.5))));
        Assert.True(calls >= 7, $"{calls} calls: none failed.");
    }

    [Fact]
    public async Task TrainAsync_WithSilosThatOnlyPassMessagesOn_SaysSo()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1, configure: options => options.ConcurrentPieces = 0);
        RewardClusterException error = await Assert.ThrowsAsync<RewardClusterException>(() => WeightsAsync(
            TinyTraining.Builder().UseOrleansRewards(cluster.Client, options => options.SiloTimeout = TimeSpan.FromSeconds(2))));
        Assert.Contains("ConcurrentPieces 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UseOrleansRewards_ATimeOutOfRange_NamesIt()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1);
        foreach (TimeSpan time in new[] { TimeSpan.Zero, TimeSpan.MaxValue })
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => TinyTraining.Builder().UseOrleansRewards(
                cluster.Client, options => options.PieceTimeout = time));
            Assert.Equal("PieceTimeout", error.ParamName);
        }
    }

    [Fact]
    public async Task TrainAsync_WithoutSilosThatHaveRewards_FailsOrWorksByItself()
    {
        var builder = new InProcessTestClusterBuilder(1);
        await using InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        RewardClusterException error = await Assert.ThrowsAsync<RewardClusterException>(
            () => WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, Soon)));
        Assert.Contains("AddSeqGanRewards", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder()),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, options =>
            {
                Soon(options);
                options.FallsBackToLocal = true;
            })));

        static void Soon(OrleansRewardOptions options) => options.SiloTimeout = TimeSpan.FromMilliseconds(100);
    }

    [Fact]
    public async Task TrainAsync_WithASiloOfAnotherVersion_LeavesItOut()
    {
        int silos = 0;
        await using TestSilos mixed = await TestSilos.StartAsync(
            2, configure: options => Age(options, Interlocked.Increment(ref silos) == 1));
        var statistics = new ClusterStatistics();
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder()),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(mixed.Client, options => options.Statistics = statistics)));
        Assert.Single(statistics.Silos);
        await using TestSilos old = await TestSilos.StartAsync(1, configure: options => Age(options, true));
        RewardClusterException error = await Assert.ThrowsAsync<RewardClusterException>(() => WeightsAsync(
            TinyTraining.Builder().UseOrleansRewards(old.Client, options => options.SiloTimeout = TimeSpan.FromMilliseconds(200))));
        Assert.Contains("SeqGan 0.0.1", error.Message, StringComparison.Ordinal);

        static void Age(RewardWorkerOptions options, bool isOld) => options.Packages = isOld ? "SeqGan 0.0.1" : options.Packages;
    }

    [Fact]
    public async Task TrainAsync_WithAScorerOfTheSilos_EndsWithTheWeightsOfOneProcess()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(2, services =>
            services.AddKeyedSingleton<ISequenceScorer>("vowels", new DelegateScorer("vowels", CountVowels)));
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder().AddTokenReward("vowels", 0.5, CountVowels)),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("vowels", 0.5))));

        static double CountVowels(ReadOnlySpan<int> tokens) => tokens.Length > 1 ? tokens[1] % 3 : double.NaN;
    }

    [Fact]
    public async Task TrainAsync_WithAScorerOfTextsOnOneOfThreeSilos_EndsWithTheWeightsOfOneProcess()
    {
        var reader = new Reader();
        int silos = 0;
        await using TestSilos cluster = await TestSilos.StartAsync(3, services =>
        {
            if (Interlocked.Increment(ref silos) == 2)
                services.AddKeyedSingleton<ITextScorer>("short", reader);
        });
        Assert.Equal(
            await WeightsAsync(TinyTraining.Builder().AddTextReward("short", 0.5, Reader.Score)),
            await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("short", 0.5))));
        Assert.True(reader.Calls > 0);
    }

    [Fact]
    public async Task TrainAsync_WithAScorerThatNoSiloHas_SaysSo()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1);
        RewardClusterException error = await Assert.ThrowsAsync<RewardClusterException>(() => WeightsAsync(TinyTraining.Builder()
            .UseOrleansRewards(cluster.Client, options => options.SiloTimeout = TimeSpan.FromSeconds(2), ("docking", 1))));
        Assert.Contains("'docking'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_AScorerOfTheSilosFails_ThrowsItsException()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(2, services => services.AddKeyedSingleton<ISequenceScorer>(
            "broken", new DelegateScorer("broken", _ => throw new InvalidOperationException("The licence has expired."))));
        ScorerException error = await Assert.ThrowsAsync<ScorerException>(
            () => WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("broken", 1))));
        Assert.Equal("broken", error.ScorerName);
        Assert.Contains("The licence has expired.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_AScorerOfTheSilosBreaksItsContract_SaysSo()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1, services =>
        {
            services.AddKeyedSingleton<ISequenceScorer>("lazy", new LazyScorer());
            services.AddKeyedSingleton<ISequenceScorer>(
                "unmade", (_, _) => throw new InvalidOperationException("The database is away."));
        });
        ScorerException lazy = await Assert.ThrowsAsync<ScorerException>(
            () => WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("lazy", 1))));
        Assert.Contains("wrote 0 of", lazy.Message, StringComparison.Ordinal);
        ScorerException unmade = await Assert.ThrowsAsync<ScorerException>(
            () => WeightsAsync(TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("unmade", 1))));
        Assert.Contains("The database is away.", unmade.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_WeightsThatSilosRefuse_FailsAfterSomeAttempts()
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1, configure: options => options.MostWeightsBytes = 100);
        await Assert.ThrowsAsync<RewardClusterException>(() => WeightsAsync(TinyTraining.Builder().UseOrleansRewards(
            cluster.Client, options => options.SiloTimeout = TimeSpan.FromMilliseconds(200))));
    }

    [Fact]
    public async Task ResumeFrom_ACheckpointOfACluster_EndsWithTheWeightsOfOneRun()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("seqgan-cluster-");
        try
        {
            await using TestSilos cluster = await TestSilos.StartAsync(1, services =>
                services.AddKeyedSingleton<ISequenceScorer>("length", new DelegateScorer("length", tokens => tokens.Length)));
            byte[] expected = await WeightsAsync(Builder());
            using (SeqGanTrainer half = Builder().UseCheckpoints(folder.FullName).Build())
            {
                await half.TrainAsync(
                    TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining,
                    cancellationToken: TestContext.Current.CancellationToken);
                await half.SaveCheckpointAsync(TestContext.Current.CancellationToken);
            }

            Assert.Equal(expected, await WeightsAsync(
                Builder().Configure(options => options.Checkpoints.RequireAllStates = true).ResumeFrom(folder.FullName)));

            SeqGanBuilder Builder() => TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("length", 0.5));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task TrainAsync_IsCancelled_Stops()
    {
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        await using TestSilos cluster = await TestSilos.StartAsync(1, services =>
            services.AddKeyedSingleton<ISequenceScorer>("waiting", new WaitingScorer(reached, never.Task)));
        using SeqGanTrainer trainer =
            TinyTraining.Builder().UseOrleansRewards(cluster.Client, null, ("waiting", 1)).Build();
        using var stop = new CancellationTokenSource();
        Task<TrainingResult> training = trainer.TrainAsync(cancellationToken: stop.Token);
        await reached.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        never.SetResult();
    }

    [Fact]
    public async Task TrainAsync_ASiloHangs_IsDoneByAnother()
    {
        var hangs = new TaskCompletionSource();
        int calls = 0;
        await using TestSilos cluster = await TestSilos.StartAsync(2, services => services.AddKeyedSingleton<ISequenceScorer>(
            "some", (_, _) => new WaitingScorer(
                new TaskCompletionSource(), Interlocked.Increment(ref calls) == 1 ? hangs.Task : Task.CompletedTask)));
        byte[] weights = await WeightsAsync(TinyTraining.Builder().UseOrleansRewards(
            cluster.Client, options => options.PieceTimeout = TimeSpan.FromMilliseconds(500), ("some", 0.5)));
        hangs.SetResult();
        Assert.Equal(await WeightsAsync(TinyTraining.Builder().AddTokenReward("some", 0.5, tokens => tokens.Length)), weights);
    }

    private static SeqGanBuilder Builder(DiscriminatorNetwork network, int? prefixes) => TinyTraining.Builder().Configure(options =>
    {
        options.Discriminator.Network = network;
        options.Rewards.PrefixesPerSequence = prefixes;
    });

    internal static async Task<byte[]> WeightsAsync(SeqGanBuilder builder)
    {
        using SeqGanTrainer trainer = builder.Build();
        await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var state = new MemoryStream();
        ((ICheckpointable)trainer.Generator).SaveState(state);
        return state.ToArray();
    }

    private sealed class Reader : ITextScorer
    {
        public int Calls { get; private set; }

        public static double Score(string text) => text.Length > 3 ? 0 : text.Length / 3.0;

        public ValueTask ScoreAsync(IReadOnlyList<string> texts, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            Calls++;
            for (int i = 0; i < texts.Count; i++)
                scores.Span[i] = (float)Score(texts[i]);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class LazyScorer : ISequenceScorer
    {
        public string Name => "lazy";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) =>
            ValueTask.CompletedTask;
    }

    /// <summary>The length of a sequence, when it may.</summary>
    private sealed class WaitingScorer(TaskCompletionSource reached, Task until) : ISequenceScorer
    {
        public string Name => "waiting";

        public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            reached.TrySetResult();
            await until;
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = sequences.LengthOf(row);
        }
    }

    private sealed class PieceCounter : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _counts = new();
        private readonly MeterListener _listener = new();

        public PieceCounter()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "seqgan.cluster.pieces")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
                _counts.AddOrUpdate((string)tags[0].Value!, count, (_, before) => before + count));
            _listener.Start();
        }

        public long Of(SiloAddress silo) => _counts.GetValueOrDefault(silo.ToString());

        public void Dispose() => _listener.Dispose();
    }
}
