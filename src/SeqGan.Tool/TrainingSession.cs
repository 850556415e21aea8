namespace SeqGan.Tool;

/// <summary>One training with its observers and results; whatever happens, what was learnt is written.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int EvaluationInterval = 5;

    private readonly Corpus _corpus;
    private readonly TrainingOutputs _outputs;
    private readonly ulong _seed;
    private readonly CancellationToken _cancellationToken;
    private readonly BestGenerator _best;
    private readonly HtmlReport? _report;
    private readonly JsonLinesObserver? _log;
    private readonly SeqGanTrainer _trainer;
    private CompiledPolicy? _mle;

    public TrainingSession(Corpus corpus, SeqGanOptions options, TrainingOutputs outputs, CancellationToken cancellationToken)
    {
        (_corpus, _outputs, _seed, _cancellationToken) = (corpus, outputs, options.Seed, cancellationToken);
        SeqGanBuilder builder = new SeqGanBuilder(options).UseCorpus(corpus);
        if (corpus.HeldOut.Count > 0)
            builder.AddObserver(new EvaluationObserver([new HeldOutLikelihoodEvaluator(MeasuredWith(corpus))], EvaluationInterval, TrainingPhases.Adversarial));
        _best = new BestGenerator(cancellationToken);
        builder.AddObserver(_best);
        if (outputs.Report is not null)
        {
            _report = new HtmlReport { Title = $"seqgan train: {Path.GetFileName(outputs.Model)}", Seed = _seed };
            builder.Configure(_report.ShowOptions).AddObserver(_report);
        }

        if (outputs.TensorBoard is { } folder)
            builder.AddObserver(new TensorBoardObserver(folder));
        if (outputs.Log is { } log)
            builder.AddObserver(_log = new JsonLinesObserver(log));
        _trainer = builder.Build();
    }

    /// <exception cref="SeqGanException">The training failed; the model of its last sound state has been written.</exception>
    public async Task<TrainingSummary> TrainAsync(bool quick)
    {
        bool interrupted = false;
        try
        {
            await ProgressDisplay.RunAsync(TrainPhasesAsync);
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            interrupted = true;
        }
        catch (SeqGanException)
        {
            _trainer.SaveModel(_outputs.Model);
            WriteReport();
            throw;
        }

        _trainer.SaveModel(_outputs.Model);
        TrainingSummary summary = Summarize(interrupted, quick);
        WriteReport();
        return summary;
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _log?.Dispose();
        _best.Dispose();
    }

    private async Task TrainPhasesAsync(IProgress<TrainingProgress> progress)
    {
        try
        {
            await _trainer.TrainAsync(TrainingPhases.GeneratorPretraining, progress, _best.Stop);
        }
        catch (OperationCanceledException) when (_best.HasStopped && !_cancellationToken.IsCancellationRequested)
        {
            // The likelihood of held-out sequences no longer improved.
        }
        finally
        {
            _best.Restore(_trainer.Generator);
        }

        _mle = _trainer.Compile();
        if (_outputs.MleModel is { } path)
            _mle.Save(path);
        await _trainer.TrainAsync(TrainingPhases.DiscriminatorPretraining | TrainingPhases.Adversarial, progress, _cancellationToken);
    }

    private TrainingSummary Summarize(bool interrupted, bool quick)
    {
        // Measuring takes a while, too: who interrupts wants an end.
        int count = interrupted ? 200 : quick ? 500 : 2000;
        CompiledPolicy model = _trainer.Compile();
        ModelQuality quality = ModelQuality.Of(model, MeasuredWith(_corpus), count, _seed);
        ModelQuality? mle = _mle is null ? null : ModelQuality.Of(_mle, MeasuredWith(_corpus), count, _seed);
        _report?.AddMetrics("SeqGAN", quality.ToDictionary());
        if (mle is not null)
            _report?.AddMetrics("MLE", mle.ToDictionary());
        AddDataMetrics(count);
        if (_mle is not null && !interrupted && _corpus.HeldOut.Count > 0)
            AddSweep([new("MLE", _mle), new("SeqGAN", model)], count);
        return new TrainingSummary
        {
            Model = _outputs.Model,
            MleModel = _mle is null ? null : _outputs.MleModel,
            Report = _outputs.Report,
            Interrupted = interrupted,
            Corpus = CorpusSummary.Of(_corpus),
            NllTest = quality.NllTest,
            MleNllTest = mle?.NllTest,
            Uniqueness = quality.Metrics.Uniqueness,
            Novelty = quality.Metrics.Novelty,
        };
    }

    /// <summary>What the training data themselves have against the held-out ones: more cannot be asked of a model.</summary>
    private void AddDataMetrics(int count)
    {
        if (_corpus.HeldOut.Count == 0)
            return;
        TokenBatch training = _corpus.Training.Slice(0, Math.Min(count, _corpus.Training.Count));
        _report?.AddMetrics("training data", SampleMetrics.Measure(training, _corpus.Format, MeasuredWith(_corpus), cancellationToken: CancellationToken.None).ToDictionary());
    }

    private void AddSweep(KeyValuePair<string, CompiledPolicy>[] models, int count)
    {
        if (_report is null)
            return;
        QualityDiversitySweep sweep;
        try
        {
            sweep = QualityDiversitySweep.Run(
                models, MeasuredWith(_corpus), new QualityDiversityOptions { Count = count, Seed = _seed }, cancellationToken: _cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The training is over and its model written: the report does without.
            return;
        }

        _report.AddChart(
            "Quality and diversity over temperatures", "1 - self-BLEU-4 (more diverse to the right)", "BLEU-4 (closer to held-out data above)",
            sweep.Points.GroupBy(point => point.Model).Select(points => new ChartSeries(points.Key, points.Select(point =>
                new ChartPoint(1 - point.Metrics.SelfBleu![4], point.Metrics.Bleu![4], Terminal.Figure(point.Temperature))))));
    }

    private void WriteReport()
    {
        if (_outputs.Report is { } path)
            _report!.Write(path);
    }

    private static TokenBatch MeasuredWith(Corpus corpus) => corpus.HeldOut.Slice(0, Math.Min(corpus.HeldOut.Count, ModelQuality.MaximumReferences));
}
