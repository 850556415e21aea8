using System.CommandLine;
using System.Diagnostics;

namespace SeqGan.Tool;

/// <summary><c>seqgan train FILE --model OUT</c>.</summary>
internal sealed class TrainCommand : Command
{
    private readonly Argument<string[]> _files = CommonOptions.Paths(
        "FILE", "Lines, FASTA, SMILES, a table (CSV, TSV) or JSON Lines, in UTF-8, also with gzip; several; - for standard input");
    private readonly Option<string?> _model = CommonOptions.Text("--model", "OUT", "Where to write the model", required: true);
    private readonly Option<string?> _mleModel = CommonOptions.Text(
        "--mle-model", "OUT", "Where to write the model from before the adversarial training, to compare with");
    private readonly Option<string?> _report = CommonOptions.Text(
        "--report", "HTML", "Where to write a report of the run: curves, samples, metrics");
    private readonly Option<string?> _log = CommonOptions.Text(
        "--log", "JSONL", "Where to write each round's figures, one JSON object a line");
    private readonly Option<string?> _tensorBoard = CommonOptions.Text("--tensorboard", "FOLDER", "Where to write TensorBoard event files");
    private readonly Option<string?> _checkpoints = CommonOptions.Text(
        "--checkpoints", "FOLDER",
        "Where to write checkpoints for --resume; they are kept, while those in OUT.checkpoints are removed when the training has ended");
    private readonly Option<double> _checkpointInterval = CommonOptions.Number(
        "--checkpoint-interval", "SECONDS",
        "How often to write a checkpoint, besides those at the end of phases and on Ctrl+C; 0 writes only these", 0, 1_000_000, 600.0);
    private readonly Option<bool> _resume = CommonOptions.Flag(
        "--resume", "Resume a training that was interrupted or killed, from its newest intact checkpoint");
    private readonly Option<string> _tokens = new("--tokens")
    {
        HelpName = "KIND",
        Description = "What a token is: chars, graphemes, words, whitespace, regex:PATTERN or alphabet:SYMBOLS",
        DefaultValueFactory = _ => "chars",
    };
    private readonly Option<int?> _maxLength = CommonOptions.OptionalNumber(
        "--max-length", "N", "The maximum number of tokens; longer sequences are left out. By default nearly all are kept", 1, 100_000);
    private readonly Option<bool> _removeDuplicates = CommonOptions.Flag(
        "--remove-duplicates", "Train once on equal sequences; by default, how often a sequence occurs is learned");
    private readonly Option<bool> _noNormalization = CommonOptions.Flag(
        "--no-normalization", "Leave letters as they are; by default they are composed (Unicode's NFC), so that equal ones are one token");
    private readonly Option<int> _minimumCount = CommonOptions.Number(
        "--min-count", "N", "How often a token must occur; rarer ones become the unknown token", 1, int.MaxValue, 1);
    private readonly Option<int?> _maximumSequences = CommonOptions.OptionalNumber(
        "--max-sequences", "N", "Train on a random sample of a large file", 1, int.MaxValue);
    private readonly Option<double?> _heldOut = CommonOptions.OptionalNumber(
        "--held-out", "SHARE", "The share to measure with instead of training on it; by default a tenth, at most 1,000", 0, 0.9);
    private readonly Option<double?> _minutes = CommonOptions.OptionalNumber(
        "--minutes", "N", "How long the training should take; by default some minutes, by the data", 0.05, 100_000.0);
    private readonly Option<int?> _epochs = CommonOptions.OptionalNumber(
        "--epochs", "N", "The epochs of maximum likelihood", 1, 1_000_000);
    private readonly Option<int?> _rounds = CommonOptions.OptionalNumber(
        "--rounds", "N", "The number of adversarial rounds; 0, the default, leaves the maximum likelihood model", 0, 1_000_000);
    private readonly Option<GeneratorNetwork?> _network = CommonOptions.Choice(
        "--network", "KIND", "The generator's network",
        Enum.GetValues<GeneratorNetwork>().ToDictionary(kind => kind.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase));
    private readonly Option<int?> _hiddenSize =
        CommonOptions.OptionalNumber("--hidden-size", "N", "The size of the generator's state", 1, 4096);
    private readonly Option<bool> _quick = CommonOptions.Flag("--quick", "Small and short, to see that it works");
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly InputFile _input = new();

    public TrainCommand()
        : base("train", "Learns from a file and writes a model. Ctrl+C ends it and writes what was learned so far; --resume continues.")
    {
        Add(_files);
        Option[] options =
        [
            _model, _mleModel, _report, _log, _tensorBoard, _tokens, _maxLength, _removeDuplicates, _noNormalization, _minimumCount,
            _maximumSequences, _heldOut, _minutes, _epochs, _rounds,
            _network, _hiddenSize, _quick, _checkpoints, _checkpointInterval, _resume, _seed, _json, .. _input.Options,
        ];
        foreach (Option option in options)
            Add(option);
        Validators.Add(result =>
        {
            if (result.GetResult(_minutes) is not null && result.GetResult(_epochs) is not null)
                result.AddError("--minutes decides how many epochs there are: leave out --epochs, or --minutes.");
        });
        SetAction(arguments => CommandRunner.RunInterruptiblyAsync(interruption => RunAsync(arguments, interruption)));
    }

    private async Task<int> RunAsync(ParseResult arguments, Interruption interruption)
    {
        var clock = Stopwatch.StartNew();
        interruption.Farewell = "Interrupted before the training began: no model was written.";
        OutputFile.ThrowIfNotWritable(
            [.. ((Option<string?>[])[_model, _mleModel, _report, _log]).Select(output => (output.Name, arguments.GetValue(output)))],
            [.. InputFile.Paths(_files.Name, arguments.GetRequiredValue(_files))]);
        TrainingCheckpoints checkpoints = Checkpoints(arguments);
        checkpoints.ThrowIfTaken();
        Corpus corpus = ReadCorpus(arguments, interruption.Token);
        foreach (string line in corpus.Report.ToString().Split('\n'))
            Terminal.Say(Wording.Of(line.TrimEnd()));
        IReadOnlyDictionary<string, string>? before = checkpoints.OptionsBefore();
        SeqGanOptions options = Plan(arguments).For(corpus, before);
        Terminal.Say($"The plan: {options}.");
        if (before is not null && arguments.GetValue(_minutes) is not null)
            Terminal.Say("--minutes is not measured again: the training keeps the plan that it began with.");
        interruption.Finish(
            "Interrupted: what was learned so far is being written. Another Ctrl+C, after more than "
            + $"{Interruption.OneWish.TotalSeconds:0} seconds, ends at once.");
        TrainingSummary summary;
        using (var run = new TrainingSession(corpus, options, Outputs(arguments), checkpoints, interruption.Token))
        {
            try
            {
                summary = await run.TrainAsync(arguments.GetValue(_quick));
            }
            catch (OperationCanceledException)
            {
                // Before the first step: there is nothing to resume.
                checkpoints.Remove();
                throw;
            }
        }

        if (!summary.Interrupted)
            checkpoints.Remove();
        if (arguments.GetValue(_json))
            Terminal.PrintJson(summary with { Seconds = Math.Round(clock.Elapsed.TotalSeconds, 2) });
        else
            Print(summary, clock.Elapsed);
        return summary.Interrupted ? ExitCode.Interrupted : ExitCode.Success;
    }

    private TrainingPlan Plan(ParseResult arguments) => new(
        arguments.GetValue(_seed), arguments.GetValue(_quick), arguments.GetValue(_minutes), arguments.GetValue(_network),
        arguments.GetValue(_hiddenSize), arguments.GetValue(_epochs), arguments.GetValue(_rounds));

    private TrainingOutputs Outputs(ParseResult arguments) => new(
        OutputFile.Target(arguments.GetValue(_model))!, OutputFile.Target(arguments.GetValue(_mleModel)),
        OutputFile.Target(arguments.GetValue(_report)), OutputFile.Target(arguments.GetValue(_log)), arguments.GetValue(_tensorBoard));

    private TrainingCheckpoints Checkpoints(ParseResult arguments)
    {
        string? named = arguments.GetValue(_checkpoints);
        return new TrainingCheckpoints(
            named ?? $"{arguments.GetRequiredValue(_model)}.checkpoints", IsKept: named is not null,
            TimeSpan.FromSeconds(arguments.GetValue(_checkpointInterval)), arguments.GetValue(_resume));
    }

    private Corpus ReadCorpus(ParseResult arguments, CancellationToken cancellationToken) =>
        _input.Read(arguments, arguments.GetRequiredValue(_files), new CorpusOptions
        {
            Tokenizer = Tokenizer.Parse(arguments.GetValue(_tokens)!),
            MaxLength = arguments.GetValue(_maxLength),
            RemoveDuplicates = arguments.GetValue(_removeDuplicates),
            NormalizeText = !arguments.GetValue(_noNormalization),
            MinimumTokenCount = arguments.GetValue(_minimumCount),
            MaximumSequences = arguments.GetValue(_maximumSequences),
            HeldOutFraction = arguments.GetValue(_heldOut),
            Seed = arguments.GetValue(_seed),
        }, cancellationToken);

    private static void Print(TrainingSummary summary, TimeSpan elapsed)
    {
        string done = summary.Interrupted ? "Interrupted; what was learned so far is in" : "The model is in";
        Terminal.Print($"{done} {Terminal.Escape(summary.Model)}, after {Terminal.Duration(elapsed)}.");
        if (summary.Checkpoints is { } checkpoints && summary.Interrupted)
            Terminal.Print($"The same command with --resume continues from the checkpoints in {Terminal.Escape(checkpoints)}.");
        if (summary.Report is { } report)
            Terminal.Print($"The report is in {Terminal.Escape(report)}.");
        if (summary.NotEnded is > 0 and var share)
            Terminal.Print(
                $"{Terminal.Figure(100 * share)}% of the generated sequences do not end within the limit, "
                + $"{Wording.Count(summary.Corpus.MaxLength, "token")}.");
        string known = summary.NllTestKnown is { } value && value != summary.NllTest
            ? $" ({Terminal.Figure(value)} without unknown tokens)" : "";
        string before = summary.MleNllTest is { } mle ? $", {Terminal.Figure(mle)} before the adversarial training" : "";
        if (summary.NllTest is { } nll)
            Terminal.Print($"NLL_test {Terminal.Figure(nll)} nats a token{known}{before} (lower is better).");
    }
}
