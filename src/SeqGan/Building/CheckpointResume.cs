namespace SeqGan.Building;

/// <summary>Resumes a new trainer from a folder's newest intact checkpoint.</summary>
internal static class CheckpointResume
{
    // A manifest is untrusted: it may have any number of options of any length.
    private const int MaxListed = 20, MaxLogged = 100;

    /// <exception cref="CheckpointException">All checkpoints are damaged, or the newest is of another training.</exception>
    public static void Run(SeqGanTrainer trainer, TrainerComponents components, string directory)
    {
        ILogger logger = components.Logger;
        LoadedCheckpoint? checkpoint = CheckpointFolder.ReadNewest(
            directory, healthyOnly: false, damaged => Log.CheckpointSkipped(logger, damaged.Path, damaged.Message));
        if (checkpoint is null)
        {
            Log.NothingToResume(logger, directory);
            return;
        }

        CheckpointInfo info = checkpoint.Info;
        IReadOnlyDictionary<string, string> recorded = OptionValues.Upgrade(checkpoint.Header.Options);
        string[] differences =
        [
            .. Differences(checkpoint.Header.Corpus, components.CorpusIdentity, _ => true)
                .Select(corpus => $"the corpus's {corpus.Name} was '{corpus.Before}' and is '{corpus.After}' now"),
            .. Differences(recorded, components.OptionValues, OptionValues.Fixed.Contains)
                .Select(option => $"{option.Name} was {option.Before} and is {option.After} now"),
        ];
        if (differences.Length > 0)
        {
            string listed = string.Join("; ", differences.Take(MaxListed));
            string more = differences.Length > MaxListed ? $"; and {differences.Length - MaxListed} more" : "";
            string remedy = "Use the values that it was started with, or start fresh in another folder.";
            throw CheckpointFailure.Mismatch(info.Path, $"{info.Path} is of another training: {listed}{more}. {remedy}");
        }

        trainer.Resume(checkpoint);
        foreach (var option in Differences(recorded, components.OptionValues, MattersToTraining).Take(MaxLogged))
            Log.OptionChanged(logger, option.Name, option.Before, option.After, info.Path);
        Log.Resumed(logger, info.Path, CheckpointFailure.Shorten(info.Phase), info.Round, info.Step);
    }

    private static bool MattersToTraining(string option) =>
        !option.StartsWith(nameof(SeqGanOptions.Checkpoints) + ".", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Before, string After)> Differences(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, Func<string, bool> matters) =>
        from name in before.Keys.Union(after.Keys).Where(matters)
        let values = (Before: before.GetValueOrDefault(name, "none"), After: after.GetValueOrDefault(name, "none"))
        where values.Before != values.After
        select (CheckpointFailure.Shorten(name), CheckpointFailure.Shorten(values.Before), CheckpointFailure.Shorten(values.After));
}
