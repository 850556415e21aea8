using Microsoft.Extensions.Options;

namespace SeqGan.Tool;

/// <summary>Runs a command's work and turns exceptions into one line and an exit code.</summary>
internal static class CommandRunner
{
    // What is cancelled and does not end by then is waiting for somebody else.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static Task<int> RunAsync(Func<CancellationToken, Task<int>> work) =>
        RunInterruptiblyAsync(interruption => work(interruption.Token));

    /// <summary>Runs work that may have something to finish when it is interrupted.</summary>
    public static async Task<int> RunInterruptiblyAsync(Func<Interruption, Task<int>> work)
    {
        using var interruption = new Interruption(TimeProvider.System);
        interruption.Listen();
        try
        {
            Task<int> running = Task.Run(() => RunAndFlushAsync(work, interruption));
            await EndIfStuckAsync(running, interruption);
            return await running;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Terminal.Say(interruption.Farewell);
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (IsBadInput(error))
        {
            // In the words of the command line: options for properties, no names of parameters.
            string parameter = $" (Parameter '{(error as ArgumentException)?.ParamName}')";
            Terminal.Say(Wording.Of(error.Message.Replace(parameter, "", StringComparison.Ordinal)));
            return ExitCode.BadInput;
        }
        catch (Exception error) when (error is SeqGanException or OutOfMemoryException)
        {
            Terminal.Say(error.Message);
            return ExitCode.Failed;
        }
    }

    // What was printed so far is written, also when the work is cancelled.
    private static async Task<int> RunAndFlushAsync(Func<Interruption, Task<int>> work, Interruption interruption)
    {
        try
        {
            return await work(interruption);
        }
        finally
        {
            Terminal.Flush();
        }
    }

    // Reading from a terminal, or writing to a pipe that nobody reads from, cannot be cancelled.
    private static async Task EndIfStuckAsync(Task running, Interruption interruption)
    {
        if (await Task.WhenAny(running, interruption.Wished) == running || interruption.MustFinish
            || await Task.WhenAny(running, Task.Delay(s_patience)) == running)
            return;
        Terminal.SayBriefly(interruption.Farewell);
        Environment.Exit(ExitCode.Interrupted);
    }

    private static bool IsBadInput(Exception error) => error
        is CorpusException or CheckpointException or InvalidWeightsException or LibTorchNotAvailableException or OptionsValidationException
        or ArgumentException or FormatException or IOException or InvalidDataException or UnauthorizedAccessException
        or NotSupportedException or InvalidOperationException;
}

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work itself failed, such as a training that diverged.</summary>
    public const int Failed = 1;

    /// <summary>An argument or a file is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl+C, in the way of shells: 128 plus the signal's number.</summary>
    public const int Interrupted = 130;

    /// <summary>The reader of standard output has gone, as in <c>| head</c>: 128 plus the number of SIGPIPE.</summary>
    public const int ClosedPipe = 141;
}
