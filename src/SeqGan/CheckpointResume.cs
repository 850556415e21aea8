using System.Globalization;
using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>Lets a new trainer go on from a folder's newest intact checkpoint.</summary>
internal static class CheckpointResume
{
    // A manifest may be anybody's, and have any number of options of any length.
    private const int MaxListed = 20, MaxLogged = 100;

    /// <exception cref="CheckpointException">All checkpoints are damaged, or the newest is of another training.</exception>
    public static void Run(SeqGanTrainer trainer, TrainerComponents components, string directory)
    {
        ILogger logger = components.Logger;
        if (CheckpointFolder.ReadNewest(directory, healthyOnly: false, damaged => Log.CheckpointSkipped(logger, damaged.Path, damaged.Message)) is not { } checkpoint)
        {
            Log.NothingToResume(logger, directory);
            return;
        }

        CheckpointInfo info = checkpoint.Info;
        string[] differences =
        [
            .. Differences(checkpoint.Header.Corpus, components.CorpusIdentity, _ => true).Select(d => $"the corpus's {d.Name} was '{d.Before}' and is '{d.After}' now"),
            .. Differences(checkpoint.Header.Options, components.OptionValues, OptionValues.Fixed.Contains).Select(d => $"{d.Name} was {d.Before} and is {d.After} now"),
        ];
        if (differences.Length > 0)
            throw CheckpointFailure.Mismatch(info.Path, $"{info.Path} is of another training: {Join(differences)}. Use the values that it was begun with, or begin anew in another folder.");
        trainer.Resume(checkpoint);
        foreach ((string name, string before, string after) in Differences(checkpoint.Header.Options, components.OptionValues, MattersToTraining).Take(MaxLogged))
            Log.OptionChanged(logger, name, before, after, info.Path);
        Log.Resumed(logger, info.Path, CheckpointFailure.Shorten(info.Phase), info.Round, info.Step);
    }

    private static string Join(string[] differences)
    {
        string listed = string.Join("; ", differences.Take(MaxListed));
        return differences.Length <= MaxListed ? listed : string.Create(CultureInfo.InvariantCulture, $"{listed}; and {differences.Length - MaxListed} more");
    }

    private static bool MattersToTraining(string option) => !option.StartsWith(nameof(SeqGanOptions.Checkpoints) + ".", StringComparison.Ordinal);

    private static IEnumerable<(string Name, string Before, string After)> Differences(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, Func<string, bool> matters) =>
        from name in before.Keys.Union(after.Keys).Where(matters)
        let values = (Before: before.GetValueOrDefault(name, "none"), After: after.GetValueOrDefault(name, "none"))
        where values.Before != values.After
        select (CheckpointFailure.Shorten(name), CheckpointFailure.Shorten(values.Before), CheckpointFailure.Shorten(values.After));
}
