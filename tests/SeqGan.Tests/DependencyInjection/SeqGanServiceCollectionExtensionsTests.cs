using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SeqGan.Tests.Training;

namespace SeqGan.Tests.DependencyInjection;

public class SeqGanServiceCollectionExtensionsTests
{
    private static readonly Dictionary<string, string?> s_tiny = new()
    {
        ["Seed"] = "4",
        ["Generator:Network"] = "Gru",
        ["Generator:HiddenSize"] = "8",
        ["Generator:EmbeddingSize"] = "4",
        ["Discriminator:EmbeddingSize"] = "4",
        ["Discriminator:FilterWidths:0"] = "2",
        ["Discriminator:FilterCounts:0"] = "5",
        ["Rewards:SamplesPerPrefix"] = "2",
        ["Training:BatchSize"] = "8",
        ["Training:GeneratorPretrainingEpochs"] = "1",
        ["Training:DiscriminatorPretrainingRounds"] = "1",
        ["Training:AdversarialRounds"] = "1",
        ["Training:ProgressInterval"] = "00:00:00",
    };

    [Fact]
    public void AddSeqGan_WithConfiguration_BindsIt()
    {
        using ServiceProvider services = With(s_tiny).BuildServiceProvider();
        SeqGanOptions options = services.GetRequiredService<IOptions<SeqGanOptions>>().Value;

        Assert.Equal((4ul, GeneratorNetwork.Gru, 8, TimeSpan.Zero),
            (options.Seed, options.Generator.Network, options.Generator.HiddenSize, options.Training.ProgressInterval));
        Assert.Equal([2], options.Discriminator.FilterWidths);
        Assert.Equal([5], options.Discriminator.FilterCounts);
        SeqGanTrainer trainer = services.GetRequiredService<SeqGanTrainer>();
        Assert.Equal((8, 1), (trainer.Options.Training.BatchSize, trainer.Options.Training.AdversarialRounds));
        Assert.Same(trainer, services.GetRequiredService<SeqGanTrainer>());
    }

    [Fact]
    public void AddSeqGan_Always_LeavesTheContainersOptionsAlone()
    {
        IServiceCollection collection = new ServiceCollection().AddSingleton(TinyTraining.Corpus);
        collection.AddSeqGan(Configuration(s_tiny), (_, builder) => builder.UseSeed(77));
        using ServiceProvider services = collection.BuildServiceProvider();

        services.GetRequiredService<SeqGanTrainer>();

        Assert.Equal(4ul, services.GetRequiredService<IOptions<SeqGanOptions>>().Value.Seed);
    }

    [Fact]
    public async Task AddSeqGan_WithOptionsOutOfRange_FailsWhenTheHostStarts()
    {
        HostApplicationBuilder application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddSingleton(TinyTraining.Corpus).AddSeqGan(
            Configuration(new() { ["Generator:HiddenSize"] = "-3", ["Rollout:UpdateRate"] = "2", ["Checkpoints:Directory"] = " " }));
        using IHost host = application.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            ["SeqGanOptions.Checkpoints.Directory is ' '; it must be a text that is not blank and has no NUL character, or null for none.",
                "SeqGanOptions.Generator.HiddenSize is -3; it must be in [1, 65536].",
                "SeqGanOptions.Rollout.UpdateRate is 2; it must be in [0, 1]."],
            error.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AddSeqGan_WithValidOptions_LetsTheHostStartWithoutMakingATrainer()
    {
        HostApplicationBuilder application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddSeqGan(Configuration(s_tiny), (_, _) => Assert.Fail("Nobody asked for a trainer."));
        using IHost host = application.Build();

        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AddSeqGan_WithoutACorpus_FailsWhenTheHostStartsAndSaysHowToRegisterOne()
    {
        HostApplicationBuilder application = Host.CreateEmptyApplicationBuilder(null);
        application.Services.AddSeqGan();
        application.Services.AddKeyedSeqGan("streets");
        application.Services.AddKeyedSeqGan("names");
        application.Services.AddKeyedSingleton("names", (_, _) =>
        {
            Assert.Fail("Nobody asked for the corpus.");
            return TinyTraining.Corpus;
        });
        using IHost host = application.Build();

        var error = await Assert.ThrowsAsync<AggregateException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(
            ["There is no corpus with the key 'streets': register a Corpus with AddKeyedSingleton, or call UseCorpus in the action of "
                + "AddKeyedSeqGan.",
                "There is no corpus: register a Corpus with AddSingleton, or call UseCorpus in the action of AddSeqGan."],
            error.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AddKeyedSeqGan_WithAnActionThatBringsNoCorpus_NamesTheKey()
    {
        var collection = new ServiceCollection();
        collection.AddKeyedSeqGan("streets", (_, _) => { });
        collection.AddKeyedSeqGan("names", (_, builder) => TinyTraining.Shrink(builder.UseCorpus(TinyTraining.Corpus)));
        using ServiceProvider services = collection.BuildServiceProvider();

        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredKeyedService<SeqGanTrainer>("streets"));

        Assert.StartsWith("There is no corpus with the key 'streets'", Assert.Single(error.Failures), StringComparison.Ordinal);
        Assert.NotNull(services.GetRequiredKeyedService<SeqGanTrainer>("names"));
    }

    [Fact]
    public void AddSeqGan_WithAConstraintInTheContainer_GeneratesUnderIt()
    {
        IServiceCollection collection = With(s_tiny);
        collection.AddSingleton<ITokenConstraint>(TokenConstraint.MinimumLength(3, TinyTraining.Corpus.Format));
        using ServiceProvider services = collection.BuildServiceProvider();

        SeqGanTrainer trainer = services.GetRequiredService<SeqGanTrainer>();

        Assert.Same(services.GetRequiredService<ITokenConstraint>(), trainer.Generator.Constraint);
        TokenBatch sampled = trainer.Sample(50, new SamplingOptions { Seed = 1 }, TestContext.Current.CancellationToken).AsBatch();
        Assert.All(Enumerable.Range(0, 50), row =>
            Assert.Equal(3, sampled[row].ToArray().Count(token => token != TinyTraining.Corpus.Format.EndToken)));
    }

    [Fact]
    public void AddKeyedSeqGan_TwoKeys_AreSeparate()
    {
        IServiceCollection collection = new ServiceCollection()
            .AddKeyedSingleton("a", TinyTraining.Corpus)
            .AddKeyedSingleton("b", TinyTraining.Corpus)
            .AddKeyedSingleton<IDiscriminator>("b", (_, _) => new FakeDiscriminator(_ => { }));
        collection.AddKeyedSeqGan("a", Configuration(s_tiny));
        collection.AddKeyedSeqGan("b", Configuration(new(s_tiny) { ["Training:BatchSize"] = "16" }));
        using ServiceProvider services = collection.BuildServiceProvider();

        SeqGanTrainer a = services.GetRequiredKeyedService<SeqGanTrainer>("a"), b = services.GetRequiredKeyedService<SeqGanTrainer>("b");

        Assert.Equal((8, 16), (a.Options.Training.BatchSize, b.Options.Training.BatchSize));
        Assert.IsType<ModuleDiscriminator>(a.Discriminator);
        Assert.IsType<FakeDiscriminator>(b.Discriminator);
        Assert.Null(services.GetService<SeqGanTrainer>());
    }

    [Fact]
    public async Task AddSeqGan_Always_TakesComponentsFromTheContainerWhichDisposesThem()
    {
        var components = new Components();
        IServiceCollection collection = With(s_tiny)
            .AddSingleton<IDiscriminator>(_ => components.Discriminator)
            .AddSingleton<ISequenceScorer>(_ => components.Scorer)
            .AddSingleton<ITrainingObserver>(_ => new ContextObserver((_, _) => components.Reports++))
            .AddSingleton<ILoggerFactory>(_ => components);
        ServiceProvider services = collection.BuildServiceProvider();
        SeqGanTrainer trainer = services.GetRequiredService<SeqGanTrainer>();

        await trainer.RunAsync();
        Assert.Same(components.Discriminator, trainer.Discriminator);
        Assert.True(components.Discriminator.Calls > 0);
        Assert.True(components.Scorer.Calls > 0);
        Assert.True(components.Reports > 0);
        Assert.Contains("SeqGan.SeqGanTrainer", components.Categories);

        trainer.Dispose();
        Assert.Equal((0, 0), (components.Discriminator.Disposals, components.Scorer.Disposals));
        await services.DisposeAsync();
        Assert.Equal((1, 1), (components.Discriminator.Disposals, components.Scorer.Disposals));
    }

    [Fact]
    public async Task AddSeqGan_WithARolloutInTheContainer_TellsItOfEachGeneratorStep()
    {
        List<string> events = [];
        IServiceCollection collection = With(s_tiny)
            .AddSingleton<IRollout>(_ => new TrainerSetup.ListeningRollout(events.Add) { Format = TinyTraining.Corpus.Format })
            .AddSingleton<IRewardEstimator>(_ => new ConstantRewardEstimator());
        using ServiceProvider services = collection.BuildServiceProvider();

        await services.GetRequiredService<SeqGanTrainer>().RunAsync(TrainingPhase.Adversarial);

        Assert.Equal(["beta = theta", "beta"], events);
    }

    [Fact]
    public void Dispose_OfTheContainer_DisposesTheTrainer()
    {
        ServiceProvider services = With(s_tiny).BuildServiceProvider();
        SeqGanTrainer trainer = services.GetRequiredService<SeqGanTrainer>();
        Assert.Single(trainer.Generate(1));

        services.Dispose();

        Assert.Throws<ObjectDisposedException>(() => trainer.Generate(1));
    }

    private static IConfiguration Configuration(Dictionary<string, string?> values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values).Build();

    private static IServiceCollection With(Dictionary<string, string?> values)
    {
        IServiceCollection services = new ServiceCollection().AddSingleton(TinyTraining.Corpus);
        services.AddSeqGan(Configuration(values));
        return services;
    }

    private sealed class Components : ILoggerFactory
    {
        public CountingScorer Discriminator { get; } = new("discriminator");

        public CountingScorer Scorer { get; } = new("rule");

        public int Reports { get; set; }

        public List<string> Categories { get; } = [];

        public ILogger CreateLogger(string categoryName)
        {
            Categories.Add(categoryName);
            return Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
        }

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class CountingScorer(string name) : IDiscriminator, IDisposable
    {
        public string Name => name;

        public int Calls { get; private set; }

        public int Disposals { get; private set; }

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            Calls++;
            scores.Span.Fill(0.5f);
            return ValueTask.CompletedTask;
        }

        public void Dispose() => Disposals++;
    }
}
