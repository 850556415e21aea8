using CustomDiscriminator;
using SeqGan.Conformance;
using SeqGan.Discrimination;
using SeqGan.Rewards;
using SeqGan;

// TorchSharp comes first on purpose: referencing the package is enough to make libtorch load.
using (var module = new PairModule(vocabularySize: 8, padding: 0))
    Console.WriteLine($"libtorch is there: a module of {module.parameters().Sum(parameter => parameter.numel())} weights.");

// Plates such as KL-4711-X that a rule makes; what the rule is, the models have to find out.
Corpus corpus = Corpus.FromLines(Plates(2000));
SequenceFormat format = corpus.Format;
Console.WriteLine(corpus.Report);

// A rule of your own: more even digits are better; a plate without a digit has no score at all.
double EvenDigits(string plate)
{
    int digits = plate.Count(char.IsAsciiDigit);
    return digits == 0 ? double.NaN : plate.Count(character => char.IsAsciiDigit(character) && (character - '0') % 2 == 0) / (double)digits;
}

IDiscriminator CreateDiscriminator() => new ModuleDiscriminator(
    "pairs", new PairModule(format.VocabularySize, format.PaddingToken!.Value), format, new DiscriminatorOptions { LearningRate = 0.01 });
ISequenceScorer CreateRule() => Scorers.FromText("even digits", EvenDigits, corpus.Decode);

ConformanceReport[] reports =
[
    await DiscriminatorConformance.CheckAsync(CreateDiscriminator, format),
    await ScorerConformance.CheckAsync(CreateRule, format),
];
foreach (ConformanceReport report in reports)
    Console.WriteLine(report);
if (reports.Any(report => !report.Passed))
    return 1;

using SeqGanTrainer trainer = new SeqGanBuilder()
    .UseCorpus(corpus)
    .UseSeed(1)
    .UseDiscriminator(_ => CreateDiscriminator())
    .AddReward(CreateRule(), weight: 2)
    .Configure(options => options.Generator.PolicyGradientLearningRate = 0.003)
    .Configure(options => options.Rewards.SamplesPerPrefix = 8)
    .Configure(options =>
    {
        options.Training.GeneratorPretrainingEpochs = 10;
        options.Training.DiscriminatorPretrainingRounds = 2;
        options.Training.AdversarialRounds = 30;
        options.Training.NegativeSamples = 640;
    })
    .Build();

await trainer.TrainAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining);
PrintGenerated("After maximum likelihood");
await trainer.TrainAsync(TrainingPhase.Adversarial, new RoundPrinter());
PrintGenerated("After adversarial training");
return 0;

void PrintGenerated(string title)
{
    IReadOnlyList<string> plates = trainer.Generate(500, new SamplingOptions { Seed = 7 });
    double even = plates.Select(EvenDigits).Where(double.IsFinite).Average();
    Console.WriteLine($"{title}, {even:P0} of the digits are even: {string.Join("  ", plates.Take(8))}");
}

static IEnumerable<string> Plates(int count)
{
    var key = new RandomKey(1, RandomPurpose.User);
    for (int row = 0; row < count; row++)
    {
        char Pick(string from, int position) => from[(int)(key.NextUniform(row, 0, position) * from.Length)];
        string prefix = $"{Pick("BKMST", 0)}{Pick("ELNR", 1)}";
        string digits = $"{Pick("123456789", 2)}{Pick("0123456789", 3)}{Pick("0123456789", 4)}{Pick("0123456789", 5)}";
        yield return $"{prefix}-{digits}-{Pick("XYZ", 6)}";
    }
}
