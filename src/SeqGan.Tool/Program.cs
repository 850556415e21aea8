using System.CommandLine;
using System.Globalization;
using SeqGan.Tool;

// Figures look the same everywhere.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

var root =
    new RootCommand("Learns from sequences (names, sentences, log lines, molecules), generates new ones, and measures how good they are.")
{
    new TrainCommand(), new GenerateCommand(), new EvaluateCommand(), InfoCommand.Create(), ExportCommand.Create(),
};

ParseResult arguments = root.Parse(args);
if (arguments.Errors.Count > 0)
{
    foreach (var error in arguments.Errors)
        Terminal.Say(error.Message);
    Terminal.Say("See: seqgan --help, or seqgan COMMAND --help.");
    return ExitCode.BadInput;
}

try
{
    // The commands handle Ctrl+C themselves: a training ends in order and leaves a model.
    int exitCode = await arguments.InvokeAsync(
        new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = Terminal.Results,
        });
    Terminal.Flush();
    return exitCode;
}
catch (OutputException error) when (error.IsClosedPipe)
{
    return ExitCode.ClosedPipe;
}
catch (OutputException error)
{
    Terminal.Say(error.Message);
    return ExitCode.Failed;
}
