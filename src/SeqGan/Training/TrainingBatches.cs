namespace SeqGan.Training;

/// <summary>The batches of a training: S for the generator, S for the discriminator, and the discriminator's negatives.</summary>
/// <remarks>
/// In the generator's, rare tokens stand in for the unknown token. The discriminator's have no unknown token where that is possible:
/// generated sequences never have one, and telling those apart teaches nothing.
/// </remarks>
internal sealed class TrainingBatches(TrainerComponents components, TrainingPosition at)
{
    private readonly BatchSource _epochs =
        Source(components, components.Corpus.Training, components.Options.Training.BatchSize, StandIns(components));
    private readonly BatchSource _positives =
        Source(components, components.Corpus.KnownTraining, components.Options.Training.BatchSize / 2);
    private BatchSource? _negatives;

    /// <summary>The generator's batches in an epoch.</summary>
    public int PerEpoch => _epochs.BatchesPerEpoch;

    /// <summary>How many of the generator's batches the epoch has given.</summary>
    public int Passed => _epochs.Passed;

    /// <summary>The discriminator's batches in an epoch.</summary>
    public int NegativesPerEpoch => NegativesBuffer.Count / Math.Min(components.Options.Training.BatchSize / 2, NegativesBuffer.Count);

    /// <summary>Where a discriminator round's generated sequences go.</summary>
    public SequenceBuffer NegativesBuffer { get; } = new(
        components.Corpus.Format,
        components.Options.Training.NegativeSamples > 0 ? components.Options.Training.NegativeSamples : components.Corpus.Training.Count);

    /// <summary>How many of the discriminator's batches the epoch has given.</summary>
    public int NegativesPassed => _negatives!.Passed;

    public bool NeedsNegatives => _negatives is null;

    public void StartEpoch() => _epochs.StartEpoch(at.NextShuffle());

    /// <summary>The generator's next batch; false at the epoch's end.</summary>
    public bool TryNext(out TokenBatch sequences) => _epochs.TryNext(out sequences);

    /// <summary>The discriminator's next real sequences, epoch after epoch.</summary>
    public TokenBatch NextPositives(int count)
    {
        if (!_positives.TryNext(out TokenBatch real))
        {
            _positives.StartEpoch(at.NextShuffle());
            _positives.TryNext(out real);
        }

        return real.Slice(0, Math.Min(count, real.Count));
    }

    /// <summary>Takes the buffer's sequences as negatives; a resumed round continues where it was.</summary>
    public void StartNegatives()
    {
        _negatives = Source(components, NegativesBuffer.AsBatch(), components.Options.Training.BatchSize / 2);
        _negatives.Position = at.State.Negatives;
    }

    public bool TryNextNegatives(out TokenBatch generated)
    {
        if (_negatives!.Position.Epoch == 0)
            _negatives.StartEpoch(at.NextShuffle());
        return _negatives.TryNext(out generated);
    }

    /// <summary>The next call of <see cref="TryNextNegatives"/> begins an epoch.</summary>
    public void CompleteNegativesEpoch() => _negatives!.Position = default;

    public void DropNegatives() => _negatives = null;

    public TrainingState Capture(TrainingState state) => state with
    {
        Epoch = _epochs.Position,
        Positives = _positives.Position,
        Negatives = _negatives?.Position ?? state.Negatives,
    };

    public void Restore(TrainingState state) => (_epochs.Position, _positives.Position, _negatives) = (state.Epoch, state.Positives, null);

    private static BatchSource Source(
        TrainerComponents components, TokenBatch sequences, int batchSize, SequenceChange? change = null) =>
        new(sequences, components.Corpus.Format, batchSize, components.Options.Seed, change);

    // By the epoch and the place in it, which a checkpoint holds: a resumed epoch changes the same tokens.
    private static SequenceChange? StandIns(TrainerComponents components)
    {
        if (UnknownStandIns.Of(components.Corpus.Training, components.Corpus.Format) is not { } standIns)
            return null;
        ulong seed = components.Options.Seed;
        return (sequence, epoch, place) => standIns.Replace(sequence, new RandomKey(seed, RandomPurpose.UnknownTokens, epoch), place);
    }
}
