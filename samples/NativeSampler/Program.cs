using System.Diagnostics;
using System.Globalization;
using NativeSampler;
using SeqGan;

try
{
    CommandLine commandLine = CommandLine.Parse(args);
    if (commandLine.Help)
    {
        Console.WriteLine(CommandLine.Usage);
        return 0;
    }

    using var stop = new CancellationTokenSource();
    Console.CancelKeyPress += (_, press) =>
    {
        press.Cancel = !stop.IsCancellationRequested; // The second Ctrl+C ends the program at once.
        stop.Cancel();
    };

    var sampler = new SequenceSampler(CompiledPolicy.Load(commandLine.Model));
    bool isFirst = true;
    await foreach (string line in sampler.GenerateAsync(commandLine.Count, commandLine.Sampling, commandLine.Prefix, stop.Token))
    {
        Console.WriteLine(line);
        if (isFirst && commandLine.Time)
        {
            TimeSpan elapsed = DateTime.Now - Process.GetCurrentProcess().StartTime;
            Console.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"The first line came {elapsed.TotalMilliseconds:0} ms after the start."));
        }

        isFirst = false;
    }

    return 0;
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception error) when (error is FormatException or ArgumentException or InvalidOperationException or IOException
    or UnauthorizedAccessException or SeqGanException)
{
    Console.Error.WriteLine(error.Message.ReplaceLineEndings(" "));
    return 2;
}
