using System.Diagnostics;
using Microsoft.Extensions.Options;
using Quickstart;
using SeqGan;

var clock = Stopwatch.StartNew();
try
{
    CommandLine commandLine = CommandLine.Parse(args);
    if (commandLine.Help)
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    Corpus corpus = Data.Read(commandLine, out IReadOnlySet<string> known);
    using SeqGanTrainer trainer = CreateTrainer(corpus, commandLine);
    Outcome outcome = await TrainAsync(trainer, commandLine);
    Report report = new(outcome, Generate(trainer, commandLine, known), commandLine, corpus.Training.Count, clock.Elapsed);
    if (commandLine.Save is { } path)
        trainer.SaveModel(path);
    report.Print(Console.Out);
    return 0;
}
catch (Exception exception) when (exception is FormatException or CorpusException or OptionsValidationException or IOException or UnauthorizedAccessException)
{
    return Fail(exception, 2);
}
catch (SeqGanException exception)
{
    return Fail(exception, 1);
}

static SeqGanTrainer CreateTrainer(Corpus corpus, CommandLine commandLine)
{
    bool smoke = commandLine.Smoke;
    return new SeqGanBuilder()
        .UseCorpus(corpus)
        .UseSeed(commandLine.Seed)
        .Configure(options =>
        {
            options.Discriminator.EmbeddingSize = 32;
            options.Discriminator.FilterWidths = [2, 3, 4, 5];
            options.Discriminator.FilterCounts = [64, 64, 64, 64];
        })
        .Configure(options =>
        {
            options.Generator.HiddenSize = smoke ? 128 : 160;
            options.Generator.LearningRate = smoke ? 0.01 : 0.004;
            options.Generator.PolicyGradientLearningRate = 3e-4; // Small: larger steps trade diversity for reward.
        })
        .Configure(options => options.Rewards.SamplesPerPrefix = smoke ? 4 : 8)
        .Configure(options =>
        {
            options.Training.GeneratorPretrainingEpochs = CountEpochs(corpus, options.Training.BatchSize, steps: smoke ? 400 : 2000);
            options.Training.DiscriminatorPretrainingRounds = smoke ? 1 : 6;
            options.Training.DiscriminatorEpochs = 1; // Fresh negatives each time: a discriminator that sees them again learns them by heart.
            options.Training.NegativeSamples = 960;
            options.Training.AdversarialRounds = smoke ? 3 : 30;
        })
        .Build();
}

// The time goes by steps, whatever the corpus's size; a small corpus is not read so often that it is learnt by heart.
static int CountEpochs(Corpus corpus, int batchSize, int steps) =>
    Math.Clamp(steps * batchSize / corpus.Training.Count, 1, 40);

static async Task<Outcome> TrainAsync(SeqGanTrainer trainer, CommandLine commandLine)
{
    using var stop = new CancellationTokenSource();
    void Stop(object? sender, ConsoleCancelEventArgs press)
    {
        press.Cancel = !stop.IsCancellationRequested; // The second Ctrl+C ends the program at once.
        stop.Cancel();
    }

    Measurement? before = null;
    double? accuracy = null;
    Console.CancelKeyPress += Stop;
    try
    {
        await ProgressDisplay.RunAsync(commandLine.IsPlain, async progress =>
        {
            TrainingResult pretraining = await trainer.TrainAsync(
                TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining, progress, stop.Token);
            accuracy = pretraining.Progress?.HeldOutAccuracy;
            before = Measurement.Of(trainer, commandLine.Temperature);
            TrainingResult adversarial = await trainer.TrainAsync(TrainingPhase.Adversarial, progress, stop.Token);
            accuracy = adversarial.Progress?.HeldOutAccuracy;
        });
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        Console.WriteLine("Stopped; this is what was learnt so far.");
    }
    finally
    {
        Console.CancelKeyPress -= Stop;
    }

    return new Outcome(before, Measurement.Of(trainer, commandLine.Temperature), accuracy, stop.IsCancellationRequested);
}

// A good model also generates what it has read: those are left out here, and counted in the novelty.
static string[] Generate(SeqGanTrainer trainer, CommandLine commandLine, IReadOnlySet<string> known) =>
[
    .. trainer.Generate(20 * commandLine.Count, new SamplingOptions { Seed = commandLine.Seed, Temperature = commandLine.Temperature })
        .Where(line => line.Length > 0 && !known.Contains(line))
        .Distinct()
        .Take(commandLine.Count),
];

static int Fail(Exception exception, int exitCode)
{
    Console.Error.WriteLine(exception.Message.ReplaceLineEndings(" "));
    return exitCode;
}
