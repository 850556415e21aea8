using SeqGan.Endurance;
using SeqGan.Endurance.Fuzzing;

try
{
    var line = CommandLine.Parse(args);
    return line.Verb switch
    {
        "fuzz" => FuzzVerb.Run(line),
        _ => throw new FormatException($"There is no verb '{line.Verb}'.\n{CommandLine.Usage}"),
    };
}
catch (FormatException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
