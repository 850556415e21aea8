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
        Console.Error.WriteLine(Terminal.OneLine(error.Message));
    Console.Error.WriteLine("See: seqgan --help, or seqgan COMMAND --help.");
    return ExitCode.BadInput;
}

// A file or a pipe takes a million lines faster in blocks; a terminal shows each line at once.
await using StreamWriter? blocks = Console.IsOutputRedirected ? new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16) : null;
if (blocks is not null)
    Console.SetOut(blocks);

// Ctrl+C is the commands' own business: a training ends in order, and leaves a model.
return await arguments.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
