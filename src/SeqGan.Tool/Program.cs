using System.CommandLine;
using SeqGan.Tool;

var root = new RootCommand("Learns from sequences (names, sentences, log lines, molecules), generates new ones, and says how good they are.")
{
    TrainCommand.Create(),
    GenerateCommand.Create(),
    EvaluateCommand.Create(),
    InfoCommand.Create(),
};

ParseResult arguments = root.Parse(args);
if (arguments.Errors.Count > 0)
{
    foreach (var error in arguments.Errors)
        Terminal.Say(error.Message);
    Terminal.Say("See: seqgan --help, or seqgan COMMAND --help.");
    return ExitCode.BadInput;
}

// A file or a pipe takes a million lines faster in blocks; a terminal shows each line at once. Not disposed: what a full disk
// did not take would be written once more.
if (Console.IsOutputRedirected)
    Console.SetOut(new StreamWriter(new ResultStream(Console.OpenStandardOutput()), bufferSize: 1 << 16));

try
{
    // Ctrl+C is the commands' own business: a training ends in order, and leaves a model.
    int exitCode = await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    await Console.Out.FlushAsync();
    return exitCode;
}
catch (OutputException error)
{
    Terminal.Say(error.Message);
    return ExitCode.Failed;
}
