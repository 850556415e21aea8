namespace SeqGan.Tool;

/// <summary>One training with its observers and results; whatever happens, it writes what was learned.</summary>
internal sealed class TrainingSession : IDisposable
{
    private const int EvaluationInterval = 5;

    // Enough for a steady figure, few enough to be cheap after each epoch.
    private const int SequencesByEpoch = 2000;

    private readonly Corpus _corpus;
    private readonly TrainingOutputs _outputs;
    private readonly TrainingCheckpoints _checkpoints;
    private readonly ulong _seed;
    private readonly CancellationToken _cancellationToken;
    private readonly MleState? _mleState;
    private readonly HtmlReport? _report;
    private readonly JsonLinesObserver? _log;
    private readonly SeqGanTrainer _trainer;

    public TrainingSession(Corpus corpus, SeqGanOptions options, TrainingOutputs outputs, TrainingCheckpoints checkpoints,
        CancellationToken cancellationToken)
    {
        (_corpus, _outputs, _checkpoints, _seed, _cancellationToken) = (corpus, outputs, checkpoints, options.Seed, cancellationToken);
        if (options.Training.AdversarialRounds > 0)
            _mleState = new MleState(() => NeuralGenerator.Create(corpus.Format, options.Generator, options.Seed));
        using var logger = new TerminalLogger();
        SeqGanBuilder builder = new SeqGanBuilder(options).UseCorpus(corpus).UseLoggerFactory(logger);
        Add(builder, _mleState);
        checkpoints.AddTo(builder);
        if (outputs.Report is not null)
        {
            _report = new HtmlReport { Title = $"seqgan train: {Path.GetFileName(outputs.Model)}", Seed = _seed };
            builder.Configure(_report.ShowOptions);
        }

        try
        {
            // An existing log stays if it turns out that no checkpoint knows of it.
            _log = outputs.Log is null ? null : new JsonLinesObserver(outputs.Log, append: checkpoints.Resume);
            Add(builder, Evaluation(1, SequencesByEpoch, TrainingPhase.GeneratorPretraining));
            Add(builder, Evaluation(EvaluationInterval, ModelQuality.MaximumReferences, TrainingPhase.Adversarial));
            Add(builder, _report);
            Add(builder, outputs.TensorBoard is null ? null : new TensorBoardObserver(outputs.TensorBoard));
            Add(builder, _log);
            _trainer = builder.Build();
        }
        catch
        {
            _log?.Dispose();
            throw;
        }
    }

    /// <exception cref="OperationCanceledException">It was interrupted before its first step; nothing is written.</exception>
    /// <exception cref="SeqGanException">The training failed; the model of its last sound state is written.</exception>
    public async Task<TrainingSummary> TrainAsync(bool quick)
    {
        bool interrupted = false, hasLearned = _checkpoints.Resume;
        if (_mleState is null)
            Terminal.Say(_checkpoints.Resume
                ? "No further adversarial rounds: what is left of maximum likelihood and of the discriminator is trained."
                : "No adversarial rounds (--rounds N adds some): the generator learns by maximum likelihood alone, and the discriminator "
                    + "for 'generate --refine'.");
        try
        {
            await ProgressDisplay.RunAsync(display => _trainer.TrainAsync(
                new ProgressOf(progress =>
                {
                    hasLearned = true;
                    display.Report(progress);
                }), _cancellationToken));
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested && hasLearned)
        {
            interrupted = true;
        }
        catch (SeqGanException)
        {
            WriteModels();
            _report?.Write(_outputs.Report!);
            throw;
        }

        (CompiledPolicy model, CompiledPolicy? mle) = WriteModels();
        TrainingSummary summary = Summarize(model, mle, interrupted, quick);
        _report?.Write(_outputs.Report!);
        return summary;
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _log?.Dispose();
    }

    // Checkpoints know an observer by its place, so an unwanted one leaves a substitute.
    private static void Add(SeqGanBuilder builder, ITrainingObserver? observer) =>
        _ = observer is null ? builder.AddObserver(_ => { }) : builder.AddObserver(observer);

    private EvaluationObserver? Evaluation(int interval, int sequences, TrainingPhase phases) => _corpus.HeldOut.Count == 0
        ? null
        : new EvaluationObserver([Evaluators.HeldOutLikelihood(_corpus.HeldOut.TakeEvenly(sequences))], interval, phases);

    // The training is over, so its generator can take back its state from before the adversarial phase.
    private (CompiledPolicy Model, CompiledPolicy? Mle) WriteModels()
    {
        CompiledPolicy model = _trainer.Compile();
        model.Save(_outputs.Model);
        if (_mleState is not { IsKnown: true })
        {
            // Nothing came after maximum likelihood.
            if (_outputs.MleModel is { } same)
                model.Save(same);
            return (model, null);
        }

        _mleState.Restore((NeuralGenerator)_trainer.Generator);
        CompiledPolicy mle = _trainer.Compile();
        if (_outputs.MleModel is { } path)
            mle.Save(path);
        return (model, mle);
    }

    private TrainingSummary Summarize(CompiledPolicy model, CompiledPolicy? mle, bool interrupted, bool quick)
    {
        // Measuring takes a while, and a user who interrupts wants it to end.
        int count = interrupted ? 200 : quick ? 500 : 2000;
        TokenBatch heldOut = _corpus.HeldOut.TakeEvenly(ModelQuality.MaximumReferences);
        ModelQuality quality = ModelQuality.Of(model, heldOut, count, _seed);
        ModelQuality? mleQuality = mle is null ? null : ModelQuality.Of(mle, heldOut, count, _seed);
        _report?.AddMetrics(mleQuality is null ? "MLE" : "SeqGAN", quality.ToDictionary());
        if (mleQuality is not null)
            _report?.AddMetrics("MLE", mleQuality.ToDictionary());
        if (_report is not null && heldOut.Count > 0)
        {
            // The best that a model can reach.
            TokenBatch training = _corpus.Training.TakeEvenly(count);
            var metrics = SampleMetrics.Measure(
                training, _corpus.Format, heldOut, unknownToken: Vocabulary.UnknownId, cancellationToken: CancellationToken.None);
            var best = new ModelQuality(training.Count, metrics, NllTest: null, NllTestKnown: null);
            _report.AddMetrics("training data against held-out", best.ToDictionary());
        }

        if (_report is not null && !interrupted && heldOut.Count > 0)
            AddSweep(_report, mle is null ? [new("MLE", model)] : [new("MLE", mle), new("SeqGAN", model)], heldOut, count);
        return new TrainingSummary(
            _outputs.Model, _outputs.MleModel, _outputs.Report, interrupted,
            interrupted || _checkpoints.IsKept ? _checkpoints.Folder : null, CorpusSummary.Of(_corpus), Terminal.Finite(quality.NllTest),
            Terminal.Finite(mleQuality?.NllTest), quality.Metrics.Uniqueness, quality.Metrics.Novelty, 1 - quality.Metrics.EndTokenRate,
            NllTestKnown: Terminal.Finite(quality.NllTestKnown));
    }

    private void AddSweep(HtmlReport report, KeyValuePair<string, CompiledPolicy>[] models, TokenBatch heldOut, int count)
    {
        try
        {
            var options = new QualityDiversityOptions { Count = count, Seed = _seed };
            var sweep = QualityDiversitySweep.Run(models, heldOut, options, cancellationToken: _cancellationToken);
            report.AddChart(
                "Quality and diversity over temperatures", "1 - self-BLEU-4 (more diverse to the right)",
                "BLEU-4 (closer to held-out data above)",
                sweep.Points.GroupBy(point => point.Model).Select(points => new ChartSeries(points.Key, points.Select(point =>
                    (1 - point.Metrics.SelfBleu![4], point.Metrics.Bleu![4], (string?)Terminal.Figure(point.Temperature))))));
        }
        catch (OperationCanceledException)
        {
            // The model is written; the report does without the sweep.
        }
    }

    // Not Progress<T>, whose reports can arrive out of order.
    private sealed class ProgressOf(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}

/// <summary>Where the results of a training go; null where they are not wanted.</summary>
internal sealed record TrainingOutputs(string Model, string? MleModel, string? Report, string? Log, string? TensorBoard);
