using System.Collections.Concurrent;
using System.Security.Cryptography;
using TorchSharp;

namespace SeqGan.Tests.Training;

/// <summary>Trainers and samplers that share a process with others, real networks all of them.</summary>
public sealed class TrainerConcurrencyTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task TrainAsync_BesideAnotherTrainingAndASampler_GivesWhatItGivesAlone()
    {
        (string first, string second) = (await ResultAsync(Convolutional), await ResultAsync(Recurrent));
        using SeqGanTrainer sampled = Convolutional().Build();
        var sampler = new SequenceSampler(sampled.Compile(), maxThreads: 2);
        var options = new SamplingOptions { Seed = 1 };
        IReadOnlyList<string> drawn = sampler.Generate(50, options, cancellationToken: TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();

        // Otherwise the trainings would begin on the sampler's thread.
        var drew = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task sampling = Task.Run(
            () =>
            {
                for (; !stop.IsCancellationRequested; drew.TrySetResult())
                    Assert.Equal(drawn, sampler.Generate(50, options));
            },
            TestContext.Current.CancellationToken);
        await Task.WhenAny(drew.Task, sampling); // On a busy machine, the trainings could end before it has a thread.

        string[] together = await Task.WhenAll(ResultAsync(Convolutional), ResultAsync(Recurrent), ResultAsync(Convolutional));
        await stop.CancelAsync();

        Assert.Equal([first, second, first], together);
        await sampling;
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Dispose_AtAnyMoment_EndsWhatRunsAndLeavesNoTensor()
    {
        const int Times = 40;
        var random = new RandomKey(11, RandomPurpose.User);
        for (int time = 0; time < 4; time++)
            await DisposeInTheMiddleAsync(time, TimeSpan.FromMilliseconds(200));
        long before = LiveTensors.Settle();

        // TorchSharp 0.107 counts a weight of a Linear or a Conv1d as alive for ever, though its memory is given back.
        TinyTraining.Builder().Build().Dispose();
        long miscounted = LiveTensors.Settle() - before;
        for (int time = 0; time < Times; time++)
            await DisposeInTheMiddleAsync(time, TimeSpan.FromMilliseconds(120 * random.NextUniform(time)));

        LiveTensors.Settle();
        LiveTensors.AssertNoMoreThan(before + ((Times + 1) * miscounted));
    }

    [Fact]
    public async Task AllMethods_WhileAnotherThreadSamples_ThrowAndDisturbNothing()
    {
        var setup = new TrainerSetup();
        using var arrived = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        using SeqGanTrainer trainer = setup.Build();
        IReadOnlyList<string> expected = trainer.Generate(3, new SamplingOptions { Seed = 1 });
        setup.On = _ =>
        {
            arrived.Release();
            release.Wait(TestContext.Current.CancellationToken);
        };
        Task<IReadOnlyList<string>> sampling =
            Task.Run(() => trainer.Generate(3, new SamplingOptions { Seed = 1 }), TestContext.Current.CancellationToken);
        await arrived.WaitAsync(TestContext.Current.CancellationToken);

        InvalidOperationException[] errors =
        [
            Assert.Throws<InvalidOperationException>(() => trainer.Generate(1)),
            Assert.Throws<InvalidOperationException>(() => trainer.Sample(1)),
            Assert.Throws<InvalidOperationException>(() => trainer.Compile()),
            Assert.Throws<InvalidOperationException>(() => trainer.SaveModel("never.seqgan")),
            Assert.Throws<InvalidOperationException>(() => { _ = trainer.RunAsync(); }),
        ];
        setup.On = null;
        release.Release();

        Assert.All(errors, error => Assert.Contains("busy", error.Message, StringComparison.Ordinal));
        Assert.Equal(expected, await sampling);
    }

    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional)]
    [InlineData(DiscriminatorNetwork.Gru)]
    public async Task WholeLife_OfATrainer_LeavesTheStateOfLibTorchAsItWas(DiscriminatorNetwork network)
    {
        LibTorch.EnsureLoaded();
        string before = StateOfLibTorch();
        using (SeqGanTrainer trainer = TinyTraining.Builder().Configure(options => options.Discriminator.Network = network).Build())
        {
            Assert.Equal(before, StateOfLibTorch());
            await trainer.RunAsync();
            Assert.Equal(before, StateOfLibTorch());
            trainer.Generate(20);
            trainer.Compile();
            Assert.Equal(before, StateOfLibTorch());
        }

        Assert.Equal(before, StateOfLibTorch());
    }

    [Fact]
    public void Construction_OfOracleAndOwnDecoder_LeavesTheStateOfLibTorchAsItWas()
    {
        LibTorch.EnsureLoaded();
        string before = StateOfLibTorch();

        using (RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(new SequenceFormat(20, 6), seed: 3))
            oracle.Sample(10, seed: 4);
        using (RecurrentGenerator decoded = Generation.Generators.Create(
            Generation.Generators.Ending, GeneratorNetwork.Gru, configure: options => options.UsesBatchedDecoder = true))
            decoded.Sample(10, seed: 4);

        Assert.Equal(before, StateOfLibTorch());
    }

    private static SeqGanBuilder Convolutional() => TinyTraining.Builder(seed: 1);

    private static SeqGanBuilder Recurrent() => TinyTraining.Builder(seed: 2)
        .Configure(options => options.Generator.Network = GeneratorNetwork.Gru)
        .Configure(options => options.Discriminator.Network = DiscriminatorNetwork.Gru);

    /// <summary>The model, what it samples, how the discriminator scores that, and the last report, bit for bit.</summary>
    private static async Task<string> ResultAsync(Func<SeqGanBuilder> create)
    {
        using SeqGanTrainer trainer = create().Build();
        TrainingResult result = await trainer.RunAsync();
        SequenceBuffer samples = trainer.Sample(40, new SamplingOptions { Seed = 5 });
        float[] scores = new float[samples.Count];
        await trainer.Discriminator.ScoreAsync(samples.AsBatch(), scores);
        float[] logProbabilities = new float[samples.Count * samples.Length];
        trainer.Generator.LogProbabilities(samples.AsBatch(), logProbabilities);
        string path = Path.GetTempFileName();
        trainer.SaveModel(path);
        string model = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(path)));
        File.Delete(path);
        return string.Join(
            Environment.NewLine,
            string.Join(',', samples.AsBatch().Tokens.ToArray()),
            model,
            Bits(scores),
            Bits(logProbabilities),
            BitConverter.DoubleToInt64Bits(result.Progress!.RewardMean!.Value),
            result.Steps);
    }

    private static string Bits(IEnumerable<float> values) => string.Join(',', values.Select(BitConverter.SingleToInt32Bits));

    private static async Task DisposeInTheMiddleAsync(int time, TimeSpan delay)
    {
        SeqGanTrainer trainer = TinyTraining.Builder((ulong)time)
            .Configure(options => options.Training.AdversarialRounds = 100_000).Build();
        Task work = (time % 4) switch
        {
            0 => Task.CompletedTask,
            1 => Task.Run(() => SampleForEver(trainer)),
            _ => trainer.RunAsync(),
        };
        await Task.Delay(delay, TestContext.Current.CancellationToken);

        if (time % 2 == 0)
            await trainer.DisposeAsync().AsTask().WaitAsync(s_patience, TestContext.Current.CancellationToken);
        else
            await Task.Run(trainer.Dispose, TestContext.Current.CancellationToken)
                .WaitAsync(s_patience, TestContext.Current.CancellationToken);

        if (time % 4 != 0)
        {
            Exception? error = await Record.ExceptionAsync(() => work.WaitAsync(s_patience, TestContext.Current.CancellationToken));
            Assert.True(error is OperationCanceledException or ObjectDisposedException, error?.ToString() ?? "It went on to its end.");
        }

        Assert.Throws<ObjectDisposedException>(() => trainer.Generate(1));
    }

    private static void SampleForEver(SeqGanTrainer trainer)
    {
        for (ulong seed = 0; ; seed++)
            trainer.Generate(30, new SamplingOptions { Seed = seed });
    }

    /// <summary>What other users of libtorch in the process share with us.</summary>
    private static string StateOfLibTorch()
    {
        var gradients = new ConcurrentBag<bool> { torch.is_grad_enabled() };
        Parallel.For(0, 64, _ => gradients.Add(torch.is_grad_enabled()));
        return $"{torch.get_num_threads()} threads, {torch.get_num_interop_threads()} between operations, {torch.get_default_dtype()}, "
            + $"{torch.get_default_device()}, "
            + $"gradients {string.Join(' ', gradients.Distinct())}, {Convert.ToHexString(SHA256.HashData(GlobalGenerator.Save()))}";
    }
}
