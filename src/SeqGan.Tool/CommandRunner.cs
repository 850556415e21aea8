using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;

namespace SeqGan.Tool;

/// <summary>Runs a command's work and turns exceptions into one line and an exit code.</summary>
internal static class CommandRunner
{
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> work)
    {
        using var interruption = new Interruption();
        try
        {
            return await work(interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Terminal.Say("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (IsBadInput(error))
        {
            Terminal.Say(Describe(error));
            return ExitCode.BadInput;
        }
        catch (Exception error) when (error is SeqGanException or OutOfMemoryException)
        {
            Terminal.Say(error.Message);
            return ExitCode.Failed;
        }
    }

    /// <summary>The message in the words of the command line: options for properties, no names of parameters.</summary>
    private static string Describe(Exception error)
    {
        string message = error is ArgumentException { ParamName: { } parameter }
            ? error.Message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal)
            : error.Message;
        return Wording.Of(message);
    }

    private static bool IsBadInput(Exception error) => error
        is CorpusException or CheckpointException or InvalidWeightsException or LibTorchNotAvailableException or OptionsValidationException
            or ArgumentException
        or FormatException or IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException
            or InvalidOperationException;
}

/// <summary>Cancels on Ctrl+C, or when the system asks the process to end; a second time ends the process at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
    ];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _source.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
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
