using Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using SeqGan.Telemetry;
using SeqGan.Training;
using SeqGan;

// A service that trains by its configuration, and serves what the model has learned so far:
//   dotnet run -c Release --project samples/Hosting
//   curl "http://127.0.0.1:5080/generate?count=3&temperature=0.8"
//   curl --no-buffer "http://127.0.0.1:5080/stream?count=100000&seed=1"
bool smoke = args.Contains("--smoke");
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = [.. args.Where(argument => argument != "--smoke")],
    ContentRootPath = AppContext.BaseDirectory,
    EnvironmentName = smoke ? "Smoke" : null,
});

// The options are validated when the host starts; a misspelt one is refused. On SIGTERM or Ctrl+C the training ends at a step's edge and
// saves, within the host's time-out. If it fails, the host stops: a service that learns no more should be seen.
builder.Services.AddSingleton(_ => Names.Corpus());
builder.Services.AddSingleton<Snapshots>();
builder.Services.AddSingleton<ITrainingObserver>(services => services.GetRequiredService<Snapshots>());
builder.Services.AddSeqGan(builder.Configuration.GetSection("SeqGan"));
builder.Services.AddSeqGanTraining();
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
    .AddMeter(SeqGanTelemetry.MeterName)
    .AddConsoleExporter((_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds =
        (int)builder.Configuration.GetValue("Metrics:Interval", TimeSpan.FromSeconds(10)).TotalMilliseconds));
DirectoryInfo? smokeFolder = null;
if (smoke)
{
    smokeFolder = Directory.CreateTempSubdirectory("seqgan-hosting-");
    builder.Configuration["SeqGan:Checkpoints:ResumeFrom"] = smokeFolder.FullName;
    builder.Services.AddHostedService<SmokeTest>();
}

try
{
    await using WebApplication application = builder.Build();
    application.MapGet("/generate", GenerateEndpoint.Generate);
    application.MapGet("/stream", GenerateEndpoint.Stream);
    application.MapGet("/progress", (Snapshots at, SeqGanTrainer training) => at.Describe(training));
    application.MapGet("/healthz", (SeqGanTrainer training) => training.LatestTraining is { IsFaulted: true }
        ? Results.Text("the training failed", statusCode: StatusCodes.Status500InternalServerError)
        : Results.Text("healthy"));
    SeqGanTrainer trainer = application.Services.GetRequiredService<SeqGanTrainer>();
    await application.RunAsync();
    return trainer.LatestTraining is { IsFaulted: true } ? 1 : Environment.ExitCode;
}
catch (OptionsValidationException error)
{
    foreach (string failure in error.Failures)
        Console.Error.WriteLine(failure);
    return 1;
}
catch (SeqGanException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
finally
{
    smokeFolder?.Delete(recursive: true);
}
