namespace SeqGan.Endurance.Training;

/// <summary>The process that is killed: trains in a folder, or resumes what is there, and writes its result.</summary>
internal static class ChildVerb
{
    public const string DigestFile = "digest.json";

    public static async Task<int> RunAsync(CommandLine line, CancellationToken cancellationToken = default)
    {
        using var run = new EnduranceRun(line.Out);
        using SeqGanTrainer trainer = run.Builder(Report).Build();
        Console.WriteLine("ready");
        await trainer.TrainAsync(cancellationToken: cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(line.Out, DigestFile), run.Digest(trainer), CancellationToken.None);
        return 0;
    }

    // What the parent has read was on the disk before.
    private static void Report(CheckpointInfo checkpoint) => Console.WriteLine($"written {checkpoint.Path}");
}
