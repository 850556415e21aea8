using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Quickstart;
using SeqGan.Evaluation;
using SeqGan.Training;
using SeqGan;

try
{
    Arguments arguments = Arguments.Parse(args);
    if (arguments.Help)
    {
        Console.WriteLine(Arguments.Usage);
        return 0;
    }

    // What to learn from: the lines of a file, or the names of the .NET base library.
    var corpusOptions = new CorpusOptions { MaxLength = 24, MaximumSequences = 20_000 };
    Corpus corpus = arguments.Input is { } path
        ? Corpus.FromFile(path, corpusOptions)
        : Corpus.FromLines(BaseLibrary.Names(), corpusOptions);
    Console.WriteLine(corpus.Report);

    // How to train: network, sizes and schedule by the size of the corpus. --smoke is smaller and shorter.
    int smokeEpochs = Math.Clamp(25_000 / Math.Max(1, corpus.Training.Count), 1, 40);
    var smoke = new PlanOptions { HiddenSize = 64, Layers = 1, Epochs = smokeEpochs, Rounds = 3 };
    SeqGanOptions options = SeqGanOptions.For(corpus, arguments.Smoke ? smoke : null);
    Console.WriteLine(options);
    using SeqGanTrainer trainer = new SeqGanBuilder(options)
        .UseCorpus(corpus)
        .UseSeed(1)
        .AddObserver(progress => Console.WriteLine(progress))
        .Build();

    await trainer.TrainAsync();

    // A good model also generates what it has read. Here we want only what is new.
    var known = corpus.Decode(corpus.Training).Concat(corpus.Decode(corpus.HeldOut)).ToHashSet();
    string[] generated =
    [
        .. trainer.Generate(400, new SamplingOptions { Seed = 1, Temperature = 0.8 }).Where(line => !known.Contains(line))
            .Distinct().Take(20),
    ];
    Console.WriteLine();
    foreach (string line in generated)
        Console.WriteLine(line);

    if (arguments.Save is { } file)
        trainer.SaveModel(file);
    if (arguments.Json)
    {
        TokenBatch samples = trainer.Sample(2000, new SamplingOptions { Seed = 2, Temperature = 0.8 }).AsBatch();
        Console.WriteLine(JsonSerializer.Serialize(
            new
            {
                generated,
                novelty = SequenceMetrics.Novelty(samples, corpus.Training),
                uniqueness = SequenceMetrics.Uniqueness(samples),
                nll_test = SequenceMetrics.NegativeLogLikelihood(trainer.Generator, corpus.HeldOut),
            },
            new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    return 0;
}
catch (Exception error)
    when (error is FormatException or SeqGanException or OptionsValidationException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    return error is TrainingDivergedException ? 1 : 2;
}
