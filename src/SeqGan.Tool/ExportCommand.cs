using System.CommandLine;

namespace SeqGan.Tool;

/// <summary><c>seqgan export MODEL --onnx FOLDER</c>.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> model = CommonOptions.Path("MODEL", "A model that 'seqgan train' or SeqGanTrainer.SaveModel wrote");
        Option<string?> onnx = CommonOptions.Text(
            "--onnx", "FOLDER", "Where to write one step of the generator for ONNX Runtime: a new or empty folder", required: true);
        Option<string?> checkpoints = CommonOptions.Text(
            "--checkpoints", "FOLDER",
            "The checkpoints of the model's training ('seqgan train --checkpoints'); writes the score of the newest discriminator too");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("export", "Writes a model for another runtime, to sample from it in any language.")
            { model, onnx, checkpoints, json };
        command.SetAction(arguments => CommandRunner.RunAsync(_ =>
        {
            CompiledPolicy policy = CompiledPolicy.Load(arguments.GetRequiredValue(model));
            string folder = arguments.GetRequiredValue(onnx)!;
            if (arguments.GetValue(checkpoints) is { } checkpointFolder)
                OnnxExport.Save(policy, folder, Newest(checkpointFolder));
            else
                OnnxExport.Save(policy, folder);
            Report(folder, arguments.GetValue(json));
            return Task.FromResult(ExitCode.Success);
        }));
        return command;
    }

    /// <summary>The newest intact one, as a training resumes from.</summary>
    /// <exception cref="CheckpointException">All are damaged.</exception>
    /// <exception cref="IOException">There is none.</exception>
    /// <exception cref="ArgumentException">Its training has not come to the discriminator.</exception>
    private static string Newest(string folder)
    {
        CheckpointException? damage = null;
        foreach (CheckpointInfo checkpoint in CheckpointInfo.List(folder))
        {
            try
            {
                CheckpointInfo intact = CheckpointInfo.Verify(checkpoint.Path);
                return intact.Phase != nameof(TrainingPhase.GeneratorPretraining) ? intact.Path : throw new ArgumentException(
                    $"The checkpoints in '{folder}' have a discriminator that was never trained: let the training go on, or leave out "
                    + "--checkpoints.");
            }
            catch (CheckpointException error)
            {
                Terminal.Say(Terminal.Escape(error.Message));
                damage = error;
            }
        }

        throw damage as Exception ?? new IOException($"--checkpoints is '{folder}', which has no checkpoints.");
    }

    private static void Report(string folder, bool isJson)
    {
        var generator = new FileInfo(Path.Combine(folder, OnnxExport.GeneratorFileName));
        var discriminator = new FileInfo(Path.Combine(folder, OnnxExport.DiscriminatorFileName));
        if (isJson)
        {
            Terminal.PrintJson(new
            {
                Onnx = folder,
                Generator = generator.Name,
                GeneratorBytes = generator.Length,
                Discriminator = discriminator.Exists ? discriminator.Name : null,
                DiscriminatorBytes = discriminator.Exists ? discriminator.Length : (long?)null,
                OnnxExport.OperatorSet,
            });
            return;
        }

        foreach (FileInfo file in (FileInfo[])[generator, discriminator])
        {
            if (file.Exists)
                Terminal.Print(Terminal.Escape($"{Path.Combine(folder, file.Name)}: {file.Length} bytes"));
        }
    }
}
