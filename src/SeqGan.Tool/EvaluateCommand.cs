using System.CommandLine;
using Spectre.Console;

namespace SeqGan.Tool;

/// <summary><c>seqgan evaluate MODEL --test FILE</c>.</summary>
internal sealed class EvaluateCommand : Command
{
    private readonly Argument<string> _model = CommonOptions.Path("MODEL", "A model that 'seqgan train' wrote");
    private readonly Option<string[]> _test = CommonOptions.Texts(
        "--test", "FILE", "Sequences that the model was not trained on; once for each file, or - for standard input");
    private readonly Option<int> _count = CommonOptions.Count("How many sequences to generate and measure", 2000);
    private readonly Option<double> _temperature = CommonOptions.Temperature();
    private readonly Option<int?> _refine = CommonOptions.Refine();
    private readonly Option<bool> _sweep =
        CommonOptions.Flag("--sweep", "Measure over a range of temperatures, because one proves nothing");
    private readonly Option<string?> _baseline = CommonOptions.Text(
        "--baseline", "MODEL", "Compare with this model in the sweep, for example the one of 'train --mle-model'");
    private readonly Option<string?> _plot = CommonOptions.Text("--plot", "FILE", "Draw the sweep as a .png or .svg");
    private readonly Option<ulong> _seed = CommonOptions.Seed();
    private readonly Option<bool> _json = CommonOptions.Json();
    private readonly InputFile _input = new();

    public EvaluateCommand()
        : base("evaluate", "Says how good a model is, against sequences that it has not seen.")
    {
        _test.Required = true;
        Add(_model);
        Option[] options = [_test, _count, _temperature, _refine, _sweep, _baseline, _plot, _seed, _json, .. _input.Options];
        foreach (Option option in options)
            Add(option);
        SetAction(arguments => CommandRunner.RunAsync(token => Task.FromResult(Run(arguments, token))));
    }

    private int Run(ParseResult arguments, CancellationToken cancellationToken)
    {
        ThrowIfContradictory(arguments);
        string model = arguments.GetRequiredValue(_model);
        string[] files = arguments.GetRequiredValue(_test);
        OutputFile.ThrowIfNotWritable(
            [(_plot.Name, arguments.GetValue(_plot))],
            [(_model.Name, model), (_baseline.Name, arguments.GetValue(_baseline)), .. InputFile.Paths(_test.Name, files)]);
        CompiledPolicy policy = CompiledPolicy.Load(model);
        TestSet test = TestSet.Read(
            policy, InputFile.NameOf(files), options => _input.Read(arguments, files, options, cancellationToken));
        (int count, ulong seed) = (arguments.GetValue(_count), arguments.GetValue(_seed));
        int? refine = CommonOptions.RefinementOf(arguments.GetValue(_refine), policy);
        ModelQuality quality = ModelQuality.Of(
            policy, test.Sequences, count, seed, arguments.GetValue(_temperature), refine, cancellationToken);
        QualityDiversitySweep? sweep = arguments.GetValue(_sweep) ? Sweep(arguments, policy, refine, test, cancellationToken) : null;
        if (sweep is not null && OutputFile.Target(arguments.GetValue(_plot)) is { } plot)
            SweepPlot.Save(sweep, plot);
        if (arguments.GetValue(_json))
            Terminal.PrintJson(ForJson(quality, test, sweep));
        else
            Print(quality, test, sweep);
        return ExitCode.Success;
    }

    // Not a validator, which would see values that cannot be read.
    private void ThrowIfContradictory(ParseResult arguments)
    {
        foreach (Option<string?> option in (Option<string?>[])[_baseline, _plot])
        {
            if (arguments.GetValue(option) is not null && !arguments.GetValue(_sweep))
                throw new ArgumentException($"{option.Name} belongs to --sweep; give both or neither.");
        }

        if (arguments.GetValue(_plot) is { } plot && Path.GetExtension(plot).ToLowerInvariant() is not (".png" or ".svg"))
            throw new ArgumentException($"--plot is '{plot}'; it must end in .png or .svg.");
    }

    private QualityDiversitySweep Sweep(
        ParseResult arguments, CompiledPolicy policy, int? refine, TestSet test, CancellationToken cancellationToken)
    {
        var models = new List<KeyValuePair<string, CompiledPolicy>>();
        if (arguments.GetValue(_baseline) is { } baseline)
            models.Add(new(baseline, Comparable(baseline, policy)));
        models.Add(new(arguments.GetRequiredValue(_model), policy));
        return QualityDiversitySweep.Run(
            models, test.Sequences,
            new QualityDiversityOptions
            {
                Count = Math.Max(2, arguments.GetValue(_count)), Seed = arguments.GetValue(_seed), Refine = refine,
            },
            new SweepProgress(), cancellationToken);
    }

    /// <exception cref="ArgumentException">The other model has other tokens.</exception>
    private static CompiledPolicy Comparable(string path, CompiledPolicy policy)
    {
        CompiledPolicy other = CompiledPolicy.Load(path);
        bool isSame = other.Vocabulary is { } tokens && tokens.Tokens.SequenceEqual(policy.Vocabulary!.Tokens, StringComparer.Ordinal)
            && (other.Labels?.Names ?? []).SequenceEqual(policy.Labels?.Names ?? [], StringComparer.Ordinal);
        return isSame
            ? other
            : throw new ArgumentException($"--baseline is '{path}', whose vocabulary or labels differ from the model's; "
                + "only models of the same training data can be compared.");
    }

    // Null where a figure is infinite or unknown.
    private static object ForJson(ModelQuality quality, TestSet test, QualityDiversitySweep? sweep) => new
    {
        Generated = quality.Count, TestSequences = test.Sequences.Count, TestOverlap = test.Overlap, test.UnknownTokenRate,
        NllTest = Terminal.Finite(quality.NllTest), NllTestKnown = Terminal.Finite(quality.NllTestKnown),
        NllTestRefinedUpper = Terminal.Finite(quality.Refinement?.NllTestUpper),
        NllTestRefinedLower = Terminal.Finite(quality.Refinement?.NllTestLower),
        quality.Refinement?.Acceptance, quality.Refinement?.EffectiveSampleSize, quality.Refinement?.Draws,
        Perplexity = Terminal.Finite(Math.Exp(quality.NllTest ?? double.NaN)),
        Bleu = ByName(quality.Metrics.Bleu), SelfBleu = ByName(quality.Metrics.SelfBleu), Distinct = ByName(quality.Metrics.Distinct),
        JensenShannon = Terminal.Finite(quality.Metrics.JensenShannon),
        LengthDistance = quality.Metrics.LengthDistance!.Value,
        quality.Metrics.MeanLength, quality.Metrics.Uniqueness, quality.Metrics.Novelty, quality.Metrics.EndTokenRate,
        RepetitionRate = Terminal.Finite(quality.Metrics.RepetitionRate),
        Sweep = sweep?.Points.Select(point => new
        {
            point.Model, point.Temperature, NllTest = Terminal.Finite(point.NllTest),
            Bleu = ByName(point.Metrics.Bleu), SelfBleu = ByName(point.Metrics.SelfBleu), point.Metrics.Uniqueness, point.Metrics.Novelty,
        }).ToArray(),
    };

    private static Dictionary<string, double?>? ByName(IReadOnlyDictionary<int, double>? byOrder) =>
        byOrder?.ToDictionary(entry => entry.Key.ToString(CultureInfo.InvariantCulture), entry => Terminal.Finite(entry.Value));

    private static void Print(ModelQuality quality, TestSet test, QualityDiversitySweep? sweep)
    {
        Terminal.Print($"{quality.Count} generated sequences against {test.Sequences.Count} of the test file");
        foreach ((string name, double value) in quality.ToDictionary())
            Terminal.Print($"  {name,-24} {Terminal.Figure(value)}");
        if (sweep is null)
            return;
        Terminal.Print();
        Terminal.Print($"{"temperature",-12} {"bleu_4",10} {"self_bleu_4",12} {"nll_test",10} {"uniqueness",11} {"novelty",10}  model");
        foreach (QualityDiversityPoint point in sweep.Points)
        {
            (SampleMetrics metrics, Func<double, string> figure) = (point.Metrics, Terminal.Figure);
            Terminal.Print(
                $"{figure(point.Temperature),-12} {figure(metrics.Bleu![4]),10} {figure(metrics.SelfBleu![4]),12} "
                + $"{figure(point.NllTest),10} {figure(metrics.Uniqueness),11} "
                + $"{(metrics.Novelty is { } novelty ? figure(novelty) : "-"),10}  {Terminal.Escape(point.Model)}");
        }
    }

    private sealed class SweepProgress : IProgress<QualityDiversityPoint>
    {
        public void Report(QualityDiversityPoint value)
        {
            if (Terminal.IsLive)
                Terminal.Display.MarkupLineInterpolated(
                    $"[grey]{Terminal.Escape(value.Model)} at temperature {Terminal.Figure(value.Temperature)}[/]");
        }
    }
}
