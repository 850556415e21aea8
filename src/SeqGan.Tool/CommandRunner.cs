using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace SeqGan.Tool;

/// <summary>Runs a command's work and turns exceptions into one line and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> work)
    {
        // Ctrl+C, or the system's request to end, cancels; a second one ends the process at once.
        using var interruption = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            return await work(interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            Terminal.Say("Interrupted.");
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

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = !interruption.IsCancellationRequested;
            interruption.Cancel();
        }
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
}
