using Microsoft.Extensions.Options;

namespace SeqGan.Tool;

/// <summary>Runs a command's work, and turns what it throws into one line and an exit code.</summary>
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
        is CorpusException or CheckpointException or InvalidWeightsException or LibTorchNotAvailableException or OptionsValidationException or ArgumentException
        or FormatException or IOException or InvalidDataException or UnauthorizedAccessException or NotSupportedException or InvalidOperationException;
}
