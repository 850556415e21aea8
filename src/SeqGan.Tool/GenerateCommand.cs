using System.CommandLine;

namespace SeqGan.Tool;

/// <summary><c>seqgan generate MODEL</c>.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        Argument<string> model = CommonOptions.Path("MODEL", "A model that 'seqgan train' wrote");
        Option<int> count = CommonOptions.Count("How many sequences", 10);
        var prefix = new Option<string?>("--prefix") { HelpName = "TEXT", Description = "What every sequence begins with" };
        Option<string?> label = CommonOptions.Text(
            "--label", "NAME",
            "The label of every sequence, for a model trained with labels; by default, labels are as frequent as in the training data");
        Option<double> temperature = CommonOptions.Temperature();
        Option<int?> topK = CommonOptions.OptionalNumber("--top-k", "K", "Draw from the K likeliest tokens only", 1, int.MaxValue);
        Option<double> topP = CommonOptions.Number(
            "--top-p", "P", "Draw from the likeliest tokens that together have this probability", 1e-6, 1, 1.0);
        Option<ulong> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("generate", "Generates sequences, one a line; the same seed gives the same ones.")
            { model, count, label, prefix, temperature, topK, topP, seed, json };
        command.SetAction(arguments => CommandRunner.RunAsync(async cancellationToken =>
        {
            var sampler = new SequenceSampler(CompiledPolicy.Load(arguments.GetRequiredValue(model)));
            var options = new SamplingOptions
            {
                Seed = arguments.GetValue(seed),
                Temperature = arguments.GetValue(temperature),
                TopK = arguments.GetValue(topK), TopP = arguments.GetValue(topP),
                Label = arguments.GetValue(label),
            };
            int length = arguments.GetValue(count);
            await foreach (string text in sampler.GenerateAsync(length, options, arguments.GetValue(prefix) ?? "", cancellationToken))
            {
                if (arguments.GetValue(json))
                    Terminal.PrintJson(new { Text = text });
                else
                    Terminal.Print(Terminal.OneLine(text));
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
