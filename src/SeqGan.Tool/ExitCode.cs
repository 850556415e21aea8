namespace SeqGan.Tool;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The work itself failed, such as a training that diverged.</summary>
    public const int Failed = 1;

    /// <summary>An argument or a file is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>Ctrl+C, as shells have it: 128 and the signal's number.</summary>
    public const int Interrupted = 130;
}
