namespace SeqGan.Telemetry;

/// <summary>Writes warnings and errors to standard error, for programs without loggers; each is a line. Thread-safe.</summary>
internal sealed class StandardErrorLogger : ILoggerFactory, ILogger
{
    private StandardErrorLogger()
    {
    }

    public static StandardErrorLogger Instance { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It writes to standard error only.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Warning or LogLevel.Error or LogLevel.Critical;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        string message = formatter(state, exception);
        if (exception is not null && !message.Contains(exception.Message, StringComparison.Ordinal))
            message += $": {exception.Message}";

        // A message may quote data: it must not move the cursor, break the line or reorder it.
        string line = string.Concat(message.Select(character => IsUnsafe(character) ? ' ' : character));
        Console.Error.WriteLine($"SeqGan {(logLevel == LogLevel.Warning ? "warning" : "error")}: {line}");
    }

    public void Dispose()
    {
    }

    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || character is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u206F');
}
