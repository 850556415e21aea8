using System.Text.Json;
using Microsoft.Extensions.Options;
using Molecules;
using SeqGan.Corpora;
using SeqGan.Rewards;
using SeqGan.Text;
using SeqGan;

try
{
    CommandLine commandLine = CommandLine.Parse(args);
    if (commandLine.Help)
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    Corpus corpus = Corpus.FromLines(ReadMolecules(commandLine), new CorpusOptions
    {
        Tokenizer = Tokenizer.Regex(SmilesToken.Pattern),
        MaxLength = commandLine.MaxLength,
        Seed = commandLine.Seed,
    });
    Console.WriteLine(corpus.Report);
    using SeqGanTrainer trainer = CreateTrainer(corpus, commandLine.Smoke, commandLine.Seed);
    await RunAsync(trainer, commandLine);
    return 0;
}
catch (Exception exception) when (exception is FormatException or CorpusException or ConstraintException or OptionsValidationException
    or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
catch (SeqGanException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static IEnumerable<string> ReadMolecules(CommandLine commandLine) => commandLine.Input is { } path
    ? File.ReadLines(path).Select(line => line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "")
    : SmallMolecules.Build(commandLine.Smoke ? 1000 : 4000, commandLine.MaxLength, commandLine.Seed);

static SeqGanTrainer CreateTrainer(Corpus corpus, bool smoke, ulong seed) => new SeqGanBuilder()
    .UseCorpus(corpus)
    .UseSeed(seed)
    .UseConstraint(new SmilesSyntax(corpus))
    .AddTextReward("valid", 1, text => Molecule.TryParse(text) is null ? 0 : 1)
    .AddReward(Scorers.Novelty(corpus.Training), 0.5)
    .Configure(options =>
    {
        options.Generator.HiddenSize = smoke ? 64 : 128;
        options.Generator.LearningRate = smoke ? 0.01 : 0.005;
    })
    .Configure(
        options => (options.Discriminator.FilterWidths, options.Discriminator.FilterCounts) = ([1, 2, 3, 4, 5], [32, 64, 64, 64, 64]))
    .Configure(options => options.Rewards.SamplesPerPrefix = smoke ? 2 : 8)
    .Configure(options =>
    {
        options.Training.GeneratorPretrainingEpochs = smoke ? 12 : 25;
        options.Training.DiscriminatorPretrainingRounds = smoke ? 1 : 3;
        options.Training.DiscriminatorEpochs = 1;
        options.Training.AdversarialRounds = smoke ? 6 : 60;
        options.Training.NegativeSamples = 512;
    })
    .Build();

static async Task RunAsync(SeqGanTrainer trainer, CommandLine commandLine)
{
    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = !stop.IsCancellationRequested; // The second Ctrl+C ends the program at once.
        stop.Cancel();
    };
    Corpus corpus = trainer.Corpus;
    HashSet<string> data = [.. corpus.Decode(corpus.Training), .. corpus.Decode(corpus.HeldOut)];
    int samples = commandLine.Smoke ? 1000 : 5000;
    var table = new List<Census> { Census.Of("data", [.. data], data) };
    var progress = new EndOfRounds();
    try
    {
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining, progress, stop.Token);
        var seeded = new SamplingOptions { Seed = 0 };
        table.Add(Census.Of("likelihood, without the grammar", new SequenceSampler(trainer.Compile()).Generate(samples, seeded), data));
        table.Add(Census.Of("likelihood, with the grammar", trainer.Generate(samples, seeded), data));
        await trainer.TrainAsync(TrainingPhase.Adversarial, progress, stop.Token);
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        Console.WriteLine("Stopped; this is what was learned so far.");
    }

    IReadOnlyList<string> generated = trainer.Generate(samples, new SamplingOptions { Seed = 0 });
    table.Add(Census.Of("... and rewards", generated, data));
    Console.WriteLine();
    Console.WriteLine(string.Join(
        '\n', generated.Where(text => Molecule.TryParse(text) is not null && !data.Contains(text)).Distinct().Take(commandLine.Count)));
    Console.WriteLine();
    Console.WriteLine(Census.Header);
    table.ForEach(Console.WriteLine);
    if (commandLine.Json)
        Console.WriteLine(JsonSerializer.Serialize(
            new { valid = table[^1].Valid, novel = table[^1].Novel, unique = table[^1].Unique, seed = commandLine.Seed }));
}
