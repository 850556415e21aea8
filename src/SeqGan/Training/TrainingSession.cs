using System.Diagnostics;

namespace SeqGan.Training;

/// <summary>Runs <see cref="SeqGanAlgorithm"/>: phases, rounds, edges, resumption, roll back, early stopping and reports.</summary>
/// <remarks>
/// An edge is a moment between two steps that a training can resume from, exactly. Between two edges only models change, and what
/// <see cref="Revert"/> takes back: whatever is cancelled or fails there returns to the last edge.
/// </remarks>
internal sealed class TrainingSession
{
    private readonly TrainerComponents _components;
    private readonly SeqGanAlgorithm _algorithm;
    private readonly HeldOutMetric _heldOut;
    private readonly EarlyStopping[] _earlyStopping;
    private readonly TrainingHealth _health;
    private readonly TrainingFigures _figures = new();
    private readonly TrainingProbe _probe;
    private readonly TrainingPace _pace;
    private readonly ICheckpointable[] _rewards;
    private readonly ICheckpointable[] _observers;
    private TrainingRun _run;
    private TrainingPhase _phases;
    private TrainingState _edge;
    private Snapshot? _sinceEdge;
    private bool _isResumed;
    private bool _startedOver;

    public TrainingSession(TrainerComponents components)
    {
        _components = components;
        _health = new TrainingHealth(components);
        _earlyStopping =
            [.. components.Options.Training.EarlyStopping.Select(one => new EarlyStopping(one, components.Generator, components.Logger))];
        _rewards = Stateful(component => component.IsReward);
        _observers = Stateful(component => component.IsObserver);

        // Scoring leaves models as they are.
        ICheckpointable[] probed = Stateful(component =>
            !component.IsObserver && component.Value is not (IGenerator or IDiscriminator or IRollout or IRolloutPolicy));
        _probe = new TrainingProbe(components, () => new Snapshot(probed));
        Recorder = new TrainingRecorder(components, _figures, _health);
        Batches = new TrainingBatches(components, Position);
        _pace = new TrainingPace(components, Batches, Position, _figures, _earlyStopping);
        PolicyGradient = new PolicyGradient(components, Recorder);
        Checkpoints = new CheckpointKeeper(components);
        _heldOut = new HeldOutMetric(components, Recorder);
        _run = new TrainingRun(
            components, _figures, _health, _pace, Recorder, new Dictionary<string, double>(), null, CancellationToken.None);
        _algorithm = new SeqGanAlgorithm(components, this);
        _edge = Capture();

        ICheckpointable[] Stateful(Func<CheckpointComponent, bool> isChosen) =>
            [.. components.Stateful.Where(isChosen).Select(component => component.Value).OfType<ICheckpointable>()];
    }

    public TrainingPosition Position { get; } = new();

    public TrainingBatches Batches { get; }

    public PolicyGradient PolicyGradient { get; }

    public TrainingRecorder Recorder { get; }

    public CheckpointKeeper Checkpoints { get; }

    public TrainingState State => _edge;

    public CancellationToken Cancellation => _run.Cancellation;

    /// <summary>Lets the next training continue from a checkpoint.</summary>
    public void Resume(LoadedCheckpoint checkpoint)
    {
        Restore(Checkpoints.Restore(checkpoint));
        if (checkpoint.TypeOf(TrainerComponents.KlReferenceName) is null)
            PolicyGradient.ResetReference(); // The penalty is new: the checkpoint's generator is the nearest to what the phase began with.
        _isResumed = true;
    }

    public async Task<TrainingResult> RunAsync(
        TrainingPhase phases, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        _phases = phases;
        _startedOver = false;
        if ((_edge.IsEnded && !_isResumed) || !Continues(phases))
        {
            (_startedOver, _isResumed) = (_edge.IsEnded, false);
            Position.BeginTraining();
        }

        IReadOnlyDictionary<string, double> evaluations = Position.Phase is null ? new Dictionary<string, double>() : _edge.Evaluations;
        _run = new TrainingRun(_components, _figures, _health, _pace, Recorder, evaluations, progress, cancellationToken);
        _pace.BeginTraining(phases);
        Recorder.BeginTraining();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (phases == TrainingPhase.None || HasRoundsLeft())
                await _probe.RunAsync(phases, cancellationToken).ConfigureAwait(false);
            await Checkpoints.StartAsync(_edge, isBeginning: Position.Phase is null).ConfigureAwait(false);
            await TrainAsync().ConfigureAwait(false);

            // A training that was passed over leaves everything as the checkpoint has it.
            if (!_isResumed)
                Position.EndTraining();
            Commit();
            await Checkpoints.WhenWrittenAsync().ConfigureAwait(false);
            return _run.Result;
        }
        catch (Exception error)
        {
            Revert();
            bool isCancelled = error is OperationCanceledException && cancellationToken.IsCancellationRequested;
            if (isCancelled)
                Recorder.LogCancelled();
            else
                Recorder.LogFailed();

            // A training that diverged would be resumed past the sign; one whose components do not work has not begun.
            if (isCancelled || (_probe.IsDone && error is not (TrainingDivergedException or CheckpointException)))
                await Checkpoints.WriteAsync(_edge).ConfigureAwait(false);
            await Checkpoints.WhenWrittenAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a phase, if it was asked for and is not over; <paramref name="round"/> trains for what is left of a round.</summary>
    public async Task RunPhaseAsync(TrainingPhase phase, int rounds, long stepsPerRound, Func<Task> round)
    {
        if (!TryEnterPhase(phase, rounds))
            return;
        using Activity? phaseActivity = _run.BeginPhase(phase, rounds, stepsPerRound);
        bool isChanged = false;
        _pace.BeginPhase();
        while (Position.HasRoundsLeft(rounds))
        {
            isChanged = true;
            Cancellation.ThrowIfCancellationRequested();
            BeginRound(phase);
            using Activity? roundActivity = _run.EnterRound(Position.State);
            await round().ConfigureAwait(false);
            await CompleteRoundAsync(phase, rounds).ConfigureAwait(false);
        }

        foreach (EarlyStopping stopping in _earlyStopping)
            isChanged |= stopping.EndPhase(phase);

        // A phase that had ended before it was resumed is in the checkpoint already.
        if (isChanged || _edge.IsEnded)
            Commit();
        if (isChanged)
            await Checkpoints.WriteAsync(_edge).ConfigureAwait(false);
        _run.EndPhase();
    }

    /// <summary>The next edge takes the step over; until then a failure takes back what the rewards learn from it.</summary>
    public void BeginGeneratorStep()
    {
        _sinceEdge = new Snapshot(_rewards);
        Recorder.BeginEstimation();
    }

    /// <summary>The edge after a step: from here on the step is taken, whatever happens.</summary>
    public async ValueTask CompleteStepAsync(TrainingWork work)
    {
        Commit();
        _pace.Complete(work);
        await Checkpoints.WriteIfDueAsync(_edge).ConfigureAwait(false);
        await _run.ReportIfDueAsync().ConfigureAwait(false);
        Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The time until here is what sampling for the discriminator took.</summary>
    public void CompleteNegativeSampling() => _pace.Complete(TrainingWork.NegativeSampling);

    /// <summary>The time until here is what it took to learn that the discriminator does not train.</summary>
    public void CompleteRefusedStep() => _pace.Complete(TrainingWork.DiscriminatorStep);

    /// <summary>The edge after an epoch of the discriminator, which learns no further when its patience is exhausted.</summary>
    public async ValueTask CompleteDiscriminatorEpochAsync()
    {
        if (_heldOut.HasPatience && !Position.IsDiscriminatorDone && await _heldOut.ObserveAsync(Cancellation).ConfigureAwait(false))
            Position.StopDiscriminator();
        Batches.CompleteNegativesEpoch();
        Position.CompleteDiscriminatorEpoch();
        Commit();
    }

    /// <summary>Measures the discriminator before it learns, if it has a patience and was not measured yet.</summary>
    public async ValueTask StartPatienceAsync()
    {
        if (!_heldOut.HasPatience || _heldOut.HasStarted)
            return;
        await _heldOut.StartAsync(Cancellation).ConfigureAwait(false);
        Commit();
    }

    // A training that diverges returns to a checkpoint, if it may, and continues from there.
    private async Task TrainAsync()
    {
        while (true)
        {
            try
            {
                await _algorithm.RunAsync().ConfigureAwait(false);
                return;
            }
            catch (TrainingDivergedException divergence) when (_health.MayRollBack(divergence))
            {
                await RollBackAsync(divergence).ConfigureAwait(false);
            }
        }
    }

    // Trainings before the one that a checkpoint was written in are passed over.
    private bool Continues(TrainingPhase phases) => Position.Phase is { } open && (phases.HasFlag(open) || (_isResumed && phases < open));

    // A phase that is not open begins; phases before the open one are over.
    // A finished training that is resumed asks nobody: a scorer may be paid for, or be away.
    private bool HasRoundsLeft()
    {
        TrainingOptions options = _components.Options.Training;
        return IsLeft(TrainingPhase.GeneratorPretraining, options.GeneratorPretrainingEpochs)
            || IsLeft(TrainingPhase.DiscriminatorPretraining, options.DiscriminatorPretrainingRounds)
            || IsLeft(TrainingPhase.Adversarial, options.AdversarialRounds);

        bool IsLeft(TrainingPhase phase, int rounds) => _phases.HasFlag(phase)
            && (Position.Phase is not { } open || phase > open ? rounds > 0 : phase == open && Position.HasRoundsLeft(rounds));
    }

    private bool TryEnterPhase(TrainingPhase phase, int rounds)
    {
        if (!_phases.HasFlag(phase) || phase < Position.Phase || (rounds == 0 && phase != Position.Phase))
            return false;
        if (phase == Position.Phase)
        {
            _isResumed = false;
            Position.ContinuePhase();
            return true;
        }

        foreach (EarlyStopping stopping in _earlyStopping)
            stopping.StartPhase(phase);
        _heldOut.Patience = null;
        Position.BeginPhase(phase);
        return true;
    }

    private void BeginRound(TrainingPhase phase)
    {
        if (Position.State.IsInRound)
            return;
        _figures.StartRound();
        if (phase == TrainingPhase.GeneratorPretraining)
            Batches.StartEpoch();
        Position.BeginRound(_figures.Steps);
    }

    private async ValueTask CompleteRoundAsync(TrainingPhase phase, int rounds)
    {
        Recorder.CheckWeights("generator", _components.Generator);
        Recorder.CheckWeights("discriminator", _components.Discriminator);
        if (phase != TrainingPhase.GeneratorPretraining && !_heldOut.HasPatience)
            await _heldOut.MeasureAsync(Cancellation).ConfigureAwait(false);
        _sinceEdge = new Snapshot(_observers);
        TrainingProgress progress = await _run.ReportAsync(endOfRound: true).ConfigureAwait(false);
        bool stops = false;
        foreach (EarlyStopping stopping in _earlyStopping)
            stops |= stopping.Observe(progress);
        if (phase == TrainingPhase.Adversarial)
        {
            _heldOut.Patience = null;
            PolicyGradient.EndRound(progress, isLast: stops || progress.Round == rounds);
        }

        Position.CompleteRound(stops);
        Commit();

        // Before the checkpoint: one that shows the sign would be resumed past it.
        _health.ThrowIfStopped(progress);
        await Checkpoints.WriteIfDueAsync(_edge, progress).ConfigureAwait(false);
        _pace.CompleteRound(phase);
    }

    private async Task RollBackAsync(TrainingDivergedException divergence)
    {
        LoadedCheckpoint checkpoint = await Checkpoints.ReadHealthyAsync().ConfigureAwait(false) ?? throw divergence;
        TrainingState restored = Checkpoints.Restore(checkpoint);
        Checkpoints.GoBackTo(checkpoint);
        if (_startedOver && restored.IsEnded)
            restored = restored.Begin(null); // Of the training before this one.
        Restore(restored with { Health = _health.AfterRollBack(restored.Health) });
        Recorder.LogRolledBack(divergence, checkpoint.Info.Path);
    }

    private void Commit()
    {
        _edge = Capture();
        _sinceEdge = null;
    }

    // Takes back what happened since the edge.
    private void Revert()
    {
        try
        {
            _sinceEdge?.Revert();
        }
        finally
        {
            Restore(_edge);
        }
    }

    private TrainingState Capture() => PolicyGradient.Capture(Batches.Capture(Position.State)) with
    {
        Measurements = _heldOut.Measurements,
        Patience = _heldOut.Patience,
        Metrics = _figures.State,
        Evaluations = new Dictionary<string, double>(_run.Evaluations),
        EarlyStopping = [.. _earlyStopping.Select(stopping => stopping.State)],
        Health = _health.State,
    };

    private void Restore(TrainingState state)
    {
        Position.State = _edge = state;
        _sinceEdge = null;
        Batches.Restore(state);
        PolicyGradient.Restore(state);
        _heldOut.Measurements = state.Measurements;
        _heldOut.Patience = state.Patience;
        _figures.State = state.Metrics;
        foreach ((int index, EarlyStopping stopping) in _earlyStopping.Index())
            stopping.Restore(state.EarlyStopping, index);
        _health.State = state.Health;
    }

    /// <summary>What components were before a step or a report that may fail.</summary>
    internal sealed class Snapshot(IEnumerable<ICheckpointable> components)
    {
        private readonly (ICheckpointable Component, object State)[] _states =
            [.. components.Select(component => (component, component.Capture()))];

        public void Revert()
        {
            foreach ((ICheckpointable component, object state) in _states)
                component.Revert(state);
        }
    }
}
