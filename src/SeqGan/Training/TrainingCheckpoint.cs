using System.Text.Json.Nodes;

namespace SeqGan.Training;

/// <summary>The parts of a training's checkpoint: copies the components' states to a draft, and restores them.</summary>
internal sealed class TrainingCheckpoint(TrainerComponents components)
{
    private const string TrainingName = "training", VocabularyName = "vocabulary";

    private readonly Lazy<byte[]> _vocabulary = new(() => DescribeVocabulary(components.Corpus));

    /// <summary>Copies all states to a draft; messages name the folder.</summary>
    /// <exception cref="CheckpointException">A component failed, or has numbers that are not finite.</exception>
    public void CopyTo(CheckpointDraft draft, TrainingState state, string folder)
    {
        string copied = TrainingName;
        try
        {
            draft.Add(TrainingName, typeof(TrainingState), TrainingStateFile.Version, bytes => TrainingStateFile.Write(bytes, state));
            foreach (CheckpointComponent component in components.Stateful)
            {
                copied = component.Name;
                if (component.Value is not ICheckpointable stateful)
                    continue;
                if (!stateful.IsFinite)
                    throw new InvalidOperationException("it has numbers that are not finite.");
                draft.Add(copied, stateful.GetType(), stateful.StateVersion, stateful.SaveState);
            }

            for (int i = 0; i < state.EarlyStopping.Count; i++)
            {
                if (state.EarlyStopping[i].Best is { } best)
                    draft.Add(BestName(i), typeof(EarlyStopping), 1, destination => destination.Write(best));
            }

            draft.Add(VocabularyName, typeof(Vocabulary), 1, destination => destination.Write(_vocabulary.Value));
        }
        catch (Exception error)
        {
            throw new CheckpointException(folder, $"The state of {copied} cannot be saved: {error.Message}", error);
        }
    }

    /// <summary>Describes a checkpoint with the latest figures and evaluation metrics, maybe of an earlier position.</summary>
    public CheckpointHeader Describe(TrainingState state, IReadOnlyDictionary<string, double> figures, bool isMeasured) => new()
    {
        Step = state.Metrics.Steps,
        Phase = (state.Phase ?? TrainingPhase.GeneratorPretraining).ToString(),
        Round = state.Round,
        IsMeasured = isMeasured,
        IsHealthy = state.Metrics.SumOf(TrainingMetric.StepsNotFinite) == 0 && !state.Health.ShowsSigns,
        Metrics = figures,
        Options = components.OptionValues,
        Corpus = components.CorpusIdentity,
        ComponentsWithoutState = [.. components.Stateful.Where(component => component.IsUnknown).Select(component => component.Name)],
    };

    /// <summary>Restores every component's state; gives the training's position.</summary>
    /// <exception cref="CheckpointException">A component cannot use its state, or has none although it must.</exception>
    public TrainingState Restore(LoadedCheckpoint checkpoint)
    {
        string[] missing =
            [.. components.Stateful.Where(component => IsMissing(component, checkpoint)).Select(component => component.Name)];
        TrainingState state = Check(checkpoint, missing);

        // The generator takes each best state before its own: a state that it would refuse at the phase's end, it refuses here.
        EarlyStoppingState[] stopping =
            [.. state.EarlyStopping.Select((own, i) => own with { Best = Read(checkpoint, BestName(i), 1, (part, _) => ReadBest(part)) })];
        foreach (CheckpointComponent component in components.Stateful)
        {
            if (component.Value is not ICheckpointable stateful)
                continue;
            Read<object>(checkpoint, component.Name, stateful.StateVersion, (source, version) =>
            {
                stateful.RestoreState(source, version);
                return stateful;
            });
        }

        foreach (string name in missing)
            Log.StartsAnew(components.Logger, name, checkpoint.Info.Path);
        return state with { EarlyStopping = stopping };
    }

    // Everything that can fail without having changed anything.
    private TrainingState Check(LoadedCheckpoint checkpoint, string[] missing)
    {
        string path = checkpoint.Info.Path;
        if (missing.Length > 0 && components.Options.Checkpoints.RequireAllStates)
        {
            string option = $"{nameof(CheckpointOptions)}.{nameof(CheckpointOptions.RequireAllStates)}";
            string remedy = $"make it {nameof(ICheckpointable)}, or allow it to start fresh.";
            throw CheckpointFailure.Mismatch(path, $"{path} has no state of {string.Join(", ", missing)}, and {option} is set: {remedy}");
        }

        TrainingState state = Read(checkpoint, TrainingName, TrainingStateFile.Version, (source, _) => TrainingStateFile.Read(source))
            ?? throw CheckpointFailure.Mismatch(path, $"{path} has no part '{TrainingName}': it is not a checkpoint of a training.");
        if (state.Metrics.Steps != checkpoint.Info.Step)
        {
            throw CheckpointFailure.Mismatch(
                path, $"{path} claims to be of step {checkpoint.Info.Step}, but its training is at step {state.Metrics.Steps}.");
        }

        foreach (CheckpointComponent component in components.Stateful)
        {
            Type now = component.Value.GetType();
            if (checkpoint.TypeOf(component.Name) is { } before && before != now.ToString())
            {
                throw CheckpointFailure.Mismatch(
                    path,
                    $"{path} has the state of a {before} for {component.Name}, which is a {now} now: "
                    + "use the same component, or start fresh in another folder.");
            }
        }

        return state;
    }

    private static bool IsMissing(CheckpointComponent component, LoadedCheckpoint checkpoint) =>
        component.IsUnknown || (component.Value is ICheckpointable && checkpoint.TypeOf(component.Name) is null);

    private static T? Read<T>(LoadedCheckpoint checkpoint, string component, int newestVersion, Func<Stream, int, T> read)
        where T : class
    {
        string path = checkpoint.Info.Path;
        if (checkpoint.Open(component) is not var (bytes, version))
            return null;
        using Stream source = bytes;
        if (version > newestVersion)
        {
            throw CheckpointFailure.Mismatch(
                path,
                $"{path}: the state of {component} has version {version}; this library reads up to {newestVersion}. "
                + "Upgrade SeqGan, or the package of the component.");
        }

        try
        {
            return read(source, version);
        }
        catch (InvalidDataException error)
        {
            throw CheckpointFailure.Mismatch(path, $"{path}: the state of {component} does not fit: {error.Message}", error);
        }
    }

    private byte[] ReadBest(Stream source)
    {
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        if (components.Generator is ICheckpointable generator)
        {
            source.Position = 0;
            generator.RestoreState(source, generator.StateVersion);
        }

        return bytes;
    }

    private static string BestName(int index) => $"best-generator-{index}";

    private static byte[] DescribeVocabulary(Corpus corpus)
    {
        IEnumerable<string> tokens = corpus.Vocabulary?.Tokens.Skip(Vocabulary.SpecialTokenCount) ?? [];
        var description = new JsonObject
        {
            ["tokenizer"] = corpus.Tokenizer is { } own ? Tokenizer.Describe(own) ?? own.GetType().FullName : null,
            ["tokens"] = new JsonArray([.. tokens.Select(token => JsonValue.Create(token))]),
        };
        return Encoding.UTF8.GetBytes(description.ToJsonString());
    }
}
