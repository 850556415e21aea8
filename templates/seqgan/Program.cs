using SeqGan;
using SeqGan.Training;

// Learns from a file with one sequence a line, and prints new ones: dotnet run -- FILE
string file = args.Length > 0 ? args[0] : "places.txt";
if (args.Length == 0 && !File.Exists(file))
    ExampleFile.Write(file);
if (!File.Exists(file))
{
    Console.Error.WriteLine($"There is no file {file}.");
    return 2;
}

Corpus corpus = Corpus.FromFile(file);
Console.WriteLine(corpus.Report);

// Network, sizes and schedule by the size of the corpus, and rounds for the reward below; every option is yours to change.
SeqGanOptions options = SeqGanOptions.For(corpus, new PlanOptions { Rounds = 20 });
Console.WriteLine(options);

using SeqGanTrainer trainer = new SeqGanBuilder(options)
    .UseCorpus(corpus)
    .UseSeed(1)
    .UseDiscriminator("my discriminator", context => new MyDiscriminator(context.Format.VocabularySize))
    .AddTextReward("my reward", weight: 0.5, MyReward.Score)
    .AddObserver(progress => Console.WriteLine(progress))
    .Build();

await trainer.TrainAsync();

Console.WriteLine();
foreach (string sequence in trainer.Generate(20, new SamplingOptions { Temperature = 0.8 }))
    Console.WriteLine(sequence);

trainer.SaveModel("model.seqgan");
return 0;
