using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SeqGan.Corpora;
using SeqGan.Text;
using SeqGan;
using SyntheticSessions;

try
{
    CommandLine commandLine = CommandLine.Parse(args);
    if (commandLine.Help)
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    string path = commandLine.Database ?? Path.Combine(Path.GetTempPath(), $"sessions-{Guid.NewGuid():N}.db");
    bool isExample = commandLine.Create || commandLine.Database is null;
    using (SessionDatabase database = SessionDatabase.Open(path, isExample))
        await RunAsync(database, commandLine, isExample);
    if (commandLine.Database is null && commandLine.Smoke)
        File.Delete(path);
    else
        Console.Error.WriteLine($"The sessions are in {path}, table {commandLine.Output}.");
    return 0;
}
catch (Exception exception)
    when (exception is FormatException or CorpusException or OptionsValidationException or IOException or SqliteException)
{
    return Fail(exception, 2);
}
catch (SeqGanException exception)
{
    return Fail(exception, 1);
}

static async Task RunAsync(SessionDatabase database, CommandLine commandLine, bool isExample)
{
    database.ThrowIfThere(commandLine.Output, "--output");
    if (isExample)
    {
        database.ThrowIfThere(commandLine.Columns.Table, "--table");
        database.Write(commandLine.Columns, ExampleData.Sessions(commandLine.Seed));
    }

    // A fifth is set aside, to see how far apart real sessions are from each other.
    Session[] sessions = [.. database.Read(commandLine.Columns)];
    bool[] isAside =
    [
        .. new RandomKey(commandLine.Seed, RandomPurpose.User, 99).NextPermutation(sessions.Length)
            .Select(place => place < sessions.Length / 5),
    ];
    Session[] learnt = [.. sessions.Where((_, index) => !isAside[index])], aside = [.. sessions.Where((_, index) => isAside[index])];
    Corpus corpus = CreateCorpus(learnt, commandLine);
    Console.WriteLine(corpus.Report);
    using SeqGanTrainer trainer = CreateTrainer(corpus, commandLine);
    await TrainAsync(trainer);

    Session[] generated = [.. corpus.Labels!.Names.SelectMany(segment => Generate(trainer, segment, commandLine))];
    database.Write(commandLine.Columns with { Table = commandLine.Output }, generated);
    Comparison comparison = Compare(learnt, aside, generated, commandLine.MaxEvents);
    comparison.Print(Console.Out);
    if (commandLine.Json)
        Console.WriteLine(comparison.ToJson());
}

// A session is a sequence of events; its customer's segment is its label.
static Corpus CreateCorpus(Session[] sessions, CommandLine commandLine) => Corpus.FromLabelledTokenSequences(
    sessions.Select(session => (session.Events, session.Segment!)),
    new CorpusOptions { MaxLength = commandLine.MaxEvents, Seed = commandLine.Seed });

static SeqGanTrainer CreateTrainer(Corpus corpus, CommandLine commandLine)
{
    bool smoke = commandLine.Smoke;
    return new SeqGanBuilder()
        .UseCorpus(corpus)
        .UseSeed(commandLine.Seed)
        .Configure(options =>
        {
            options.Generator.HiddenSize = smoke ? 48 : 64;
            options.Generator.LearningRate = 0.005;
            options.Generator.PolicyGradientLearningRate = 3e-4; // Small: larger steps trade diversity for reward.
        })
        .Configure(options =>
        {
            options.Discriminator.EmbeddingSize = 16;
            options.Discriminator.FilterWidths = [1, 2, 3, 4];
            options.Discriminator.FilterCounts = [32, 32, 32, 32];
        })
        .Configure(options => options.Rewards.SamplesPerPrefix = smoke ? 2 : 8)
        .Configure(options =>
        {
            options.Training.BatchSize = Math.Clamp(corpus.Training.Count / 2, 2, 64);
            options.Training.GeneratorPretrainingEpochs = smoke ? 20 : 40;
            options.Training.DiscriminatorPretrainingRounds = smoke ? 1 : 6;
            options.Training.DiscriminatorEpochs =
                1; // Fresh negatives each time: a discriminator that sees them again learns them by heart.
            options.Training.NegativeSamples = 640;
            options.Training.AdversarialRounds = smoke ? 2 : 20;
        })
        .Build();
}

static async Task TrainAsync(SeqGanTrainer trainer)
{
    using var stop = new CancellationTokenSource();
    void Stop(object? sender, ConsoleCancelEventArgs press)
    {
        press.Cancel = !stop.IsCancellationRequested; // The second Ctrl+C ends the program at once.
        stop.Cancel();
    }

    Console.CancelKeyPress += Stop;
    try
    {
        await trainer.TrainAsync(new RoundLines(), stop.Token);
    }
    catch (OperationCanceledException) when (stop.IsCancellationRequested)
    {
        Console.WriteLine("Stopped; this is what was learned so far.");
    }
    finally
    {
        Console.CancelKeyPress -= Stop;
    }
}

static IEnumerable<Session> Generate(SeqGanTrainer trainer, string segment, CommandLine commandLine)
{
    LabelSet labels = trainer.Corpus.Labels!;
    var request = new SampleRequest
    {
        Key = new RandomKey(commandLine.Seed, RandomPurpose.Sampling, (uint)labels.IndexOf(segment)),
        Labels = Enumerable.Repeat(labels.IndexOf(segment), commandLine.Count).ToArray(),
    };
    TokenBatch made = trainer.Sample(commandLine.Count, request).AsBatch();
    for (int row = 0; row < made.Count; row++)
        yield return new Session(segment,
            [.. made[row].ToArray().Where(token => token >= Vocabulary.SpecialTokenCount).Select(trainer.Corpus.Vocabulary!.GetToken)]);
}

static Comparison Compare(Session[] learnt, Session[] aside, Session[] generated, int maxEvents)
{
    ILookup<string, Session> real = BySegment(learnt), others = BySegment(aside);
    var comparison = new Comparison(real);
    foreach (IGrouping<string, Session> segment in generated.GroupBy(session => session.Segment!))
        comparison.Add(segment.Key, [.. segment], [.. others[segment.Key]]);
    return comparison;

    // Longer ones were not learned from.
    ILookup<string, Session> BySegment(Session[] sessions) =>
        sessions.Where(session => session.Events.Count <= maxEvents).ToLookup(session => session.Segment!);
}

static int Fail(Exception exception, int exitCode)
{
    Console.Error.WriteLine(exception.Message.ReplaceLineEndings(" "));
    return exitCode;
}
