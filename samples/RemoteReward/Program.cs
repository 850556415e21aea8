using Microsoft.Extensions.Http.Resilience;
using RemoteReward;
using SeqGan.Rewards;
using SeqGan.Training;
using SeqGan;

// A reward that a service gives over HTTP, and that fails now and then:
//   dotnet run -c Release --project samples/RemoteReward
await using WebApplication service = await ScoringService.StartAsync();
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);

// The client tries again, with pauses that grow, and gives up after a while.
builder.Services.AddHttpClient<RemoteScorer>(client => client.BaseAddress = new Uri(service.Urls.First()))
    .AddStandardResilienceHandler(options =>
    {
        (options.Retry.MaxRetryAttempts, options.Retry.Delay) = (3, TimeSpan.FromMilliseconds(20));
        options.CircuitBreaker.FailureRatio = 0.8; // As often as every fourth request, it fails all the time.
    });
builder.Logging.AddFilter("System.Net.Http", LogLevel.None).AddFilter("Polly", LogLevel.None);

// The names of .NET's own types.
builder.Services.AddSingleton(_ => Corpus.FromLines(
    from type in typeof(string).Assembly.GetExportedTypes()
    where type.Name.Length is > 3 and < 16 && type.Name.All(char.IsAsciiLetter)
    select type.Name));

// No sequence is sent twice. What fails even so is left out and counted, but not more than five calls in a row.
builder.Services.AddSeqGan((services, seqGan) => seqGan
    .UseSeed(1)
    .AddReward(services.GetRequiredService<RemoteScorer>().Cached().SkippingFailures(mostInARow: 5))
    .Configure(options => (options.Rewards.DiscriminatorWeight, options.Rewards.SamplesPerPrefix) = (0.5, 2))
    .Configure(options =>
    {
        options.Training.GeneratorPretrainingEpochs = 3;
        options.Training.DiscriminatorPretrainingRounds = 1;
        options.Training.AdversarialRounds = 20;
    }));
builder.Services.AddSeqGanTraining();

using IHost host = builder.Build();
await host.StartAsync();
SeqGanTrainer trainer = host.Services.GetRequiredService<SeqGanTrainer>();
TrainingResult result = await trainer.LatestTraining!;
Console.WriteLine($"Mean share of vowels in the last round: {result.Progress!.Metrics["reward_remote_mean"]:0.000}");
Console.WriteLine(string.Join(", ", trainer.Generate(10, new SamplingOptions { Seed = 1 })));
await host.StopAsync();
