using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SeqGan.Tests.Checkpoints;

namespace SeqGan.Tests.DependencyInjection;

public sealed class SeqGanTrainingServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingFactory _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task AddSeqGanTraining_Started_TrainsAndLeavesTheHostRunning()
    {
        using IHost host = HostOf(_ => { });

        await host.StartAsync(Token);
        SeqGanTrainer trainer = host.Services.GetRequiredService<SeqGanTrainer>();
        TrainingResult result = await trainer.LatestTraining!.WaitAsync(Token);

        Assert.Equal((TrainingPhase.Adversarial, 3), (result.Progress!.Phase, result.Progress.Round));
        Assert.Equal(2, trainer.Generate(2).Count);
        await UntilAsync(() => _log.Logger.Messages.Any(message =>
            message.StartsWith("Information The hosted training ended: ", StringComparison.Ordinal)));
        Assert.Contains(_log.Logger.Messages, message => message.StartsWith("Information Adversarial 3", StringComparison.Ordinal));
        Assert.False(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddSeqGanTraining_StopsHost_EndsTheHostAfterTheTraining()
    {
        using IHost host = HostOf(_ => { }, stopsHost: true);
        SeqGanTrainer trainer = host.Services.GetRequiredService<SeqGanTrainer>();

        await host.RunAsync(Token);

        Assert.True(trainer.LatestTraining!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task StopAsync_DuringTheTraining_WritesACheckpointFromWhichTheNextStartResumes()
    {
        using (IHost host = HostOf(Endless))
        {
            await host.StartAsync(Token);
            SeqGanTrainer trainer = host.Services.GetRequiredService<SeqGanTrainer>();
            await UntilAsync(() => _log.Logger.Messages.Any(message =>
                message.StartsWith("Information Adversarial 2", StringComparison.Ordinal)));
            await host.StopAsync(Token);

            Assert.True(trainer.LatestTraining!.IsCanceled);
        }

        CheckpointInfo newest = CheckpointInfo.List(_folder.Combine("checkpoints"))[0];
        Assert.True(newest.Round >= 2);
        using IHost next = HostOf(Endless);
        await next.StartAsync(Token);
        Assert.Contains(
            _log.Logger.Messages, message => message.StartsWith("Information The training resumes from", StringComparison.Ordinal));
        await next.StopAsync(Token);

        void Endless(SeqGanBuilder builder) => builder.ResumeFrom(_folder.Combine("checkpoints"))
            .Configure(options => options.Training.AdversarialRounds = 1_000_000);
    }

    [Fact]
    public async Task AddSeqGanTraining_TrainingThatFails_StopsTheHostAsABackgroundServiceDoes()
    {
        using IHost host = HostOf(builder => builder.AddObserver(_ => throw new InvalidDataException("No disk.")));
        SeqGanTrainer trainer = host.Services.GetRequiredService<SeqGanTrainer>();
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();

        await host.StartAsync(Token);
        await UntilAsync(() => lifetime.ApplicationStopping.IsCancellationRequested);

        Assert.IsType<InvalidDataException>(trainer.LatestTraining!.Exception!.InnerException);
        Assert.Contains(_log.Logger.Messages, message => message.StartsWith("Error BackgroundService failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddSeqGanTraining_StopsHostAndFailuresIgnored_EndsTheHostAfterTheFailure()
    {
        using IHost host = HostOf(
            builder => builder.AddObserver(_ => throw new InvalidDataException("No disk.")), stopsHost: true,
            services => services.Configure<HostOptions>(options =>
                options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore));

        await host.RunAsync(Token);

        Assert.Contains("Error The hosted training failed, which ends the host", _log.Logger.Messages);
        await UntilAsync(() => _log.Logger.Messages.Any(
            message => message.StartsWith("Error BackgroundService failed", StringComparison.Ordinal)));
    }

    [Fact]
    public void Dispose_Again_DoesNothing()
    {
        using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        var service = new SeqGanTrainingService(services, null, stopsHost: false);

        service.Dispose();
        service.Dispose();
    }

    [Fact]
    public void AddSeqGanTraining_Twice_IsRefusedForTheSameTrainerOnly()
    {
        IServiceCollection services = new ServiceCollection().AddSeqGanTraining().AddKeyedSeqGanTraining("names");
        services.AddKeyedSeqGanTraining("streets");

        var error = Assert.Throws<InvalidOperationException>(() => services.AddSeqGanTraining(stopsHost: true));
        var keyed = Assert.Throws<InvalidOperationException>(() => services.AddKeyedSeqGanTraining("names"));

        Assert.Equal("The host already trains the SeqGanTrainer; register its training once.", error.Message);
        Assert.Equal("The host already trains the SeqGanTrainer with the key 'names'; register its training once.", keyed.Message);
        Assert.Equal(3, services.Count(each => each.ServiceType == typeof(IHostedService)));
    }

    [Fact]
    public async Task StartAsync_TrainerThatCannotBeMade_Fails()
    {
        using IHost host = HostOf(builder => builder.Configure(options => options.Training.BatchSize = 1000));

        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains("BatchSize is 1000, but the corpus has", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WithoutATrainer_SaysWhatToCall()
    {
        HostApplicationBuilder application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddKeyedSeqGanTraining("names");
        using IHost host = application.Build();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Token));

        Assert.Equal("There is no SeqGanTrainer with the key 'names' to train: call AddKeyedSeqGan.", error.Message);
    }

    private IHost HostOf(Action<SeqGanBuilder> configure, bool stopsHost = false, Action<IServiceCollection>? register = null)
    {
        HostApplicationBuilder application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddSingleton<ILoggerFactory>(_log);
        application.Services.AddSingleton(TinyTraining.Corpus);
        application.Services.AddSeqGan((_, builder) => configure(TinyTraining.Shrink(builder)));
        application.Services.AddSeqGanTraining(stopsHost);
        register?.Invoke(application.Services);
        return application.Build();
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        while (!isTrue())
            await Task.Delay(10, Token);
    }
}
