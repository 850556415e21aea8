using System.Diagnostics;

namespace SeqGan.Endurance.Training;

/// <summary>This program, started once more to be killed.</summary>
internal sealed class Child : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _written = [];
    private readonly Task _reading;
    private readonly Task<string> _error;

    private Child(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>The checkpoints that it has reported as written; complete after its end.</summary>
    public IReadOnlyList<string> Written
    {
        get
        {
            lock (_written)
                return [.. _written];
        }
    }

    public int Id => _process.Id;

    /// <param name="verb"><c>child</c> or <c>hosted</c>.</param>
    /// <param name="folder">Where it trains.</param>
    public static Child Start(string verb, string folder)
    {
        ProcessStartInfo start = ThisProgram.With([verb, "--out", folder]);
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return new Child(Process.Start(start)!);
    }

    /// <summary>Waits until it trains, or has ended.</summary>
    public Task WhenReadyAsync() => Task.WhenAny(_ready.Task, _reading).WaitAsync(s_patience);

    public bool HasEnded => _process.HasExited;

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Error)> WhenEndedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        await _reading;
        return (_process.ExitCode, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } text)
        {
            if (text == "ready")
                _ready.TrySetResult();
            else if (text.StartsWith("written ", StringComparison.Ordinal))
                Add(text["written ".Length..]);
        }
    }

    private void Add(string path)
    {
        lock (_written)
            _written.Add(path);
    }
}
