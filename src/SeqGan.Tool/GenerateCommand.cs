using System.CommandLine;

namespace SeqGan.Tool;

/// <summary><c>seqgan generate MODEL</c>.</summary>
internal static class GenerateCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A model that 'seqgan train' wrote" }.NotBlank();
        Option<int> count = CommonOptions.Count("How many sequences", 10);
        var prefix = new Option<string>("--prefix") { HelpName = "TEXT", Description = "What every sequence begins with", DefaultValueFactory = _ => "" };
        var label = new Option<string?>("--label") { HelpName = "NAME", Description = "The label of every sequence, of a model that was trained with labels; without it, labels are as frequent as in the training data" }.NotBlank();
        Option<double> temperature = CommonOptions.Temperature();
        Option<int?> topK = new Option<int?>("--top-k") { HelpName = "K", Description = "Draw from the K likeliest tokens only" }.InRange(1, int.MaxValue);
        Option<double> topP = new Option<double>("--top-p")
        {
            HelpName = "P",
            Description = "Draw from the likeliest tokens that together have this probability",
            DefaultValueFactory = _ => 1,
        }.InRange(1e-6, 1);
        Option<ulong> seed = CommonOptions.Seed();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("generate", "Generates sequences, one a line; the same seed gives the same ones.") { model, count, label, prefix, temperature, topK, topP, seed, json };
        command.SetAction(arguments => CommandRunner.RunAsync(async cancellationToken =>
        {
            var sampler = new SequenceSampler(CompiledPolicy.Load(arguments.GetRequiredValue(model)));
            var options = new SamplingOptions
            {
                Seed = arguments.GetValue(seed),
                Temperature = arguments.GetValue(temperature),
                TopK = arguments.GetValue(topK),
                TopP = arguments.GetValue(topP),
                Label = arguments.GetValue(label),
            };
            bool forMachines = arguments.GetValue(json);
            await foreach (string text in sampler.GenerateAsync(arguments.GetValue(count), options, arguments.GetValue(prefix)!, cancellationToken))
            {
                if (forMachines)
                    Terminal.WriteJson(new { Text = text });
                else
                    Console.Out.WriteLine(Terminal.OneLine(text));
            }

            return ExitCode.Success;
        }));
        return command;
    }
}
