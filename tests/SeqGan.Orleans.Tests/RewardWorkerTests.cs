using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace SeqGan.Tests;

public sealed class RewardWorkerTests
{
    private static readonly SequenceFormat Format = new(6, 4, 0, 1, 2);
    private static readonly Guid Training = Guid.NewGuid();

    [Fact]
    public async Task RunAsync_HostileMessages_AreRefused()
    {
        using RewardWorker worker = Worker(add: services => services.AddKeyedSingleton<ITextScorer>("reader", new Reader()));
        Piece valid = await PrepareAsync(worker);
        Assert.Equal(PieceStatus.Done, (await worker.RunAsync(valid)).Status);
        Piece[] hostile =
        [
            valid with { Rows = [] },
            valid with { Rows = [.. valid.Rows, 0] },
            valid with { Rows = valid.Rows[..^1] },
            valid with { Rows = [255, 255, 255, 127, .. valid.Rows[4..]] },
            valid with { Rows = [255, 255, 255, 255, .. valid.Rows[4..]] },
            valid with { Rows = [.. valid.Rows[..4], 255, 255, 255, 127, .. valid.Rows[8..]] },
            valid with { Rows = [.. valid.Rows[..8], 7, 0, 0, 0, .. valid.Rows[12..]] },
            valid with { Rows = [.. valid.Rows[..^2], 99, 0] },
            valid with { Format = [] },
            valid with { Format = [6, 4, 0, 1, 1, 0, null] },
            valid with { Format = [7, 4, 0, 1, 2, 0, null] },
            valid with { SamplesPerPrefix = 0 },
            valid with { PrefixesPerSequence = -1 },
            valid with { Purpose = -5 },
            valid with { Policy = null },
            valid with { Scorer = "nobody" },
            valid with { Scorer = "nobody", Texts = ["a"] },
            valid with { Scorer = "reader", Texts = [null!] },
        ];
        for (int i = 0; i < hostile.Length; i++)
        {
            PieceResult result = await worker.RunAsync(hostile[i]);
            Assert.True(result.Status == PieceStatus.Refused, $"Message {i}: {result.Status}, {result.Message}");
        }

        Assert.Equal(PieceStatus.Done, (await worker.RunAsync(valid)).Status);
        Assert.Equal(PieceStatus.Unable, (await worker.RunAsync(valid with { SamplesPerPrefix = int.MaxValue })).Status);
        await Assert.ThrowsAsync<ArgumentNullException>(() => worker.RunAsync(null!));
        Assert.Equal(0, worker.State.Waiting);
        PieceResult read = await worker.RunAsync(valid with { Scorer = "reader", Texts = ["one", "to", "one"] });
        Assert.Equal(new float[] { 3, 2, 3 }, read.Scores);
        Assert.Empty((await worker.RunAsync(valid with { Scorer = "reader", Texts = [] })).Scores!);
    }

    [Fact]
    public async Task RunAsync_RandomChangesOfAMessage_NeverThrow()
    {
        using RewardWorker worker = Worker();
        Piece valid = await PrepareAsync(worker);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] rows = [.. valid.Rows];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                rows[random.Next(rows.Length)] = (byte)random.Next(256);
            await worker.RunAsync(valid with { Rows = rows });
        }
    }

    [Fact]
    public async Task RunAsync_WeightsThatAreNotThere_AreAskedFor()
    {
        using RewardWorker worker = Worker();
        Piece piece = await PrepareAsync(worker);
        Assert.Equal(PieceStatus.MissingWeights, (await worker.RunAsync(piece with { Policy = 2 })).Status);
        Assert.Equal(PieceStatus.MissingWeights, (await worker.RunAsync(piece with { Discriminator = 1 })).Status);
        Assert.Equal(PieceStatus.MissingWeights, (await worker.RunAsync(piece with { Training = Guid.NewGuid() })).Status);
        worker.Forget(Training);
        Assert.Equal(PieceStatus.MissingWeights, (await worker.RunAsync(piece)).Status);
    }

    [Fact]
    public async Task Store_MoreTrainingsThanItHolds_ForgetsTheOldest()
    {
        using RewardWorker worker = Worker(options => options.MostTrainings = 2);
        Piece first = await PrepareAsync(worker);
        Piece second = await PrepareAsync(worker, Guid.NewGuid());
        await worker.RunAsync(first);
        Piece third = await PrepareAsync(worker, Guid.NewGuid());
        Assert.Equal(
            [PieceStatus.Done, PieceStatus.MissingWeights, PieceStatus.Done],
            [(await worker.RunAsync(first)).Status, (await worker.RunAsync(second)).Status, (await worker.RunAsync(third)).Status]);
    }

    [Fact]
    public async Task ForgetIdle_ATrainingThatItDoesNotHearOf_IsForgotten()
    {
        using RewardWorker idle = Worker(options => options.IdleTime = TimeSpan.FromTicks(1)), busy = Worker();
        Piece piece = await PrepareAsync(idle);
        await PrepareAsync(busy);
        Assert.True(busy.State is { Trainings: 1, WeightsBytes: > 0 });
        idle.ForgetIdle();
        busy.ForgetIdle();
        Assert.Equal(PieceStatus.MissingWeights, (await idle.RunAsync(piece)).Status);
        Assert.Equal(PieceStatus.Done, (await busy.RunAsync(piece)).Status);
        Assert.Equal(0, idle.State.Trainings);
    }

    [Fact]
    public async Task RunAsync_TablesLargerThanAllowed_IsForOtherSilos()
    {
        using RewardWorker worker = Worker(options => options.MostTableMemory = 100);
        Piece piece = await PrepareAsync(worker) with { Policy = null, Discriminator = 1 };
        foreach (int memory in new[] { 100, 101 })
        {
            using ModuleDiscriminator discriminator = ModuleDiscriminator.Create(
                Format, new DiscriminatorOptions { FilterWidths = [1], FilterCounts = [2], EmbeddingSize = 2, TableMemory = memory });
            byte[] encoded = WeightsCodec.Encode(WeightsFile.Write(discriminator, Format)!, []);
            var chunk = new WeightsChunk(Training, WeightsKind.Discriminator, memory, null, encoded.Length, 0, encoded);
            Assert.True(await worker.StoreAsync(chunk));
            PieceResult result = await worker.RunAsync(piece with { Discriminator = memory });
            Assert.Equal(memory == 100 ? PieceStatus.Done : PieceStatus.Unable, result.Status);
        }
    }

    [Fact]
    public async Task CheckHealthAsync_OfASilo_SaysWhatItDoes()
    {
        var open = new TaskCompletionSource();
        using RewardWorker worker = Worker(
            options => options.MostWaitingPieces = 1, services => services.AddKeyedSingleton<ISequenceScorer>("gate", new Gate(open.Task)));
        ServiceProvider silo = new ServiceCollection().AddSingleton(worker).BuildServiceProvider();
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(new ServiceCollection().BuildServiceProvider())).Status);
        Piece piece = await PrepareAsync(worker);
        HealthCheckResult healthy = await CheckAsync(silo);
        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal(1, healthy.Data["trainings"]);
        Task<PieceResult>[] pieces = [.. Enumerable.Range(0, 2).Select(_ => worker.RunAsync(piece with { Scorer = "gate" }))];
        HealthCheckResult full = await CheckAsync(silo);
        Assert.Equal(HealthStatus.Degraded, full.Status);
        Assert.Equal((1, 1), (full.Data["working"], full.Data["waiting"]));
        open.SetResult();
        await Task.WhenAll(pieces);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(silo)).Status);

        static Task<HealthCheckResult> CheckAsync(IServiceProvider services) =>
            new RewardWorkerHealthCheck(services).CheckHealthAsync(new HealthCheckContext());
    }

    [Fact]
    public async Task Store_ChunksThatDoNotFit_AreRefused()
    {
        using RewardWorker worker = Worker(options => options.MostWeightsBytes = 1000);
        WeightsChunk chunk = new(Training, WeightsKind.Policy, 1, null, 100, 0, new byte[50]);
        Assert.True(await worker.StoreAsync(chunk));
        Assert.False(await worker.StoreAsync(chunk with { Offset = 60 }));
        Assert.False(await worker.StoreAsync(chunk with { Offset = -1 }));
        Assert.False(await worker.StoreAsync(chunk with { TotalLength = 10 }));
        Assert.False(await worker.StoreAsync(chunk with { TotalLength = 2000 }));
        Assert.False(await worker.StoreAsync(chunk with { Base = 7, TotalLength = 50 }));
        Assert.False(await worker.StoreAsync(chunk with { TotalLength = 50 }));
        Assert.False(await worker.StoreAsync(chunk with { Kind = (WeightsKind)77 }));
        Assert.False(await worker.StoreAsync(chunk with { Bytes = null! }));
        Assert.False(await worker.StoreAsync(null!));
        Assert.False(await worker.StoreAsync(chunk with { Training = Guid.NewGuid(), Offset = -1 }));
        Assert.Equal(1, worker.State.Trainings);
    }

    [Fact]
    public void Describe_OtherVersions_AreRefused()
    {
        using RewardWorker worker = Worker();
        var request = new DescribeRequest(Protocol.Version, Protocol.Packages, ["nobody"]);
        Assert.Null(worker.Describe(request).Refusal);
        Assert.Empty(worker.Describe(request).Scorers);
        Assert.Null(worker.Describe(request with { Scorers = null! }).Refusal);
        Assert.Contains("version 99", worker.Describe(request with { Protocol = 99 }).Refusal, StringComparison.Ordinal);
        Assert.Contains("0.0.7", worker.Describe(request with { Packages = "0.0.7" }).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_MoreThanMayWait_IsBusy()
    {
        var open = new TaskCompletionSource();
        using RewardWorker worker = Worker(
            options => options.MostWaitingPieces = 1, services => services.AddKeyedSingleton<ISequenceScorer>("gate", new Gate(open.Task)));
        Piece piece = await PrepareAsync(worker) with { Scorer = "gate" };
        Task<PieceResult> working = worker.RunAsync(piece), waiting = worker.RunAsync(piece);
        Assert.Equal(PieceStatus.Busy, (await worker.RunAsync(piece)).Status);
        open.SetResult();
        Assert.Equal(PieceStatus.Done, (await working).Status);
        Assert.Equal(PieceStatus.Done, (await waiting).Status);
    }

    [Theory]
    [InlineData(17, 17)]
    [InlineData(int.MaxValue, 17)]
    public void Create_AWorker_LeavesThreadsOfThePoolToMessages(int concurrentPieces, int more)
    {
        ThreadPool.GetMinThreads(out int before, out int ports);
        try
        {
            ThreadPool.SetMinThreads(1, ports);
            using RewardWorker worker = Worker(options => options.ConcurrentPieces = concurrentPieces);
            ThreadPool.GetMinThreads(out int threads, out _);
            Assert.True(threads >= Environment.ProcessorCount + more, $"{threads} threads");
        }
        finally
        {
            ThreadPool.SetMinThreads(before, ports);
        }
    }

    [Fact]
    public async Task RunAsync_MoreTokensThanAllowed_IsForOtherSilos()
    {
        using RewardWorker unlimited = Worker();
        Piece piece = await PrepareAsync(unlimited);
        int completions = BitConverter.ToInt32((await unlimited.RunAsync(piece)).Completions!);
        foreach (int more in new[] { 0, -1 })
        {
            using RewardWorker worker = Worker(options => options.MostTokens = ((completions + 5) * Format.MaxLength) + more);
            await PrepareAsync(worker);
            Assert.Equal(more == 0 ? PieceStatus.Done : PieceStatus.Unable, (await worker.RunAsync(piece)).Status);
        }
    }

    private static RewardWorker Worker(Action<RewardWorkerOptions>? configure = null, Action<IServiceCollection>? add = null)
    {
        var options = new RewardWorkerOptions();
        configure?.Invoke(options);
        var services = new ServiceCollection();
        add?.Invoke(services);
        return new RewardWorker(
            Microsoft.Extensions.Options.Options.Create(options), services.BuildServiceProvider(), NullLogger<RewardWorker>.Instance);
    }

    // A policy that the worker has, and rows to complete with it.
    private static async Task<Piece> PrepareAsync(RewardWorker worker, Guid? training = null)
    {
        await Task.Yield();
        using var generator = new RecurrentGenerator(Format, new GeneratorOptions { HiddenSize = 4, EmbeddingSize = 3 });
        using var rollout = new MonteCarloRollout(generator);
        byte[] encoded = WeightsCodec.Encode(WeightsFile.Write(rollout)!, []);
        var chunk = new WeightsChunk(training ?? Training, WeightsKind.Policy, 1, null, encoded.Length, 0, encoded);
        Assert.True(await worker.StoreAsync(chunk));
        TokenBatch rows = generator.Sample(5, new RandomKey(1, RandomPurpose.User)).AsBatch();
        return new Piece
        {
            Training = training ?? Training,
            Policy = 1,
            Rows = PackedSequences.Pack(rows, Format),
            Format = WeightsFile.Numbers(Format),
            Purpose = (int)RandomPurpose.Rollout,
            SamplesPerPrefix = 2,
        };
    }

    private sealed class Reader : ITextScorer
    {
        public ValueTask ScoreAsync(IReadOnlyList<string> texts, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            Assert.Equal(texts.Distinct(), texts);
            for (int i = 0; i < texts.Count; i++)
                scores.Span[i] = texts[i].Length;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Gate(Task open) : ISequenceScorer
    {
        public string Name => "gate";

        public async ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            await open;
            scores.Span.Fill(1);
        }
    }
}
