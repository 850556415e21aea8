using Microsoft.Extensions.Logging;

namespace SeqGan.Tool;

/// <summary>Says on the terminal what the library warns of, and what it says of a resume.</summary>
internal sealed class TerminalLogger : ILoggerFactory, ILogger
{
    private static readonly string[] s_ofResume = ["Resumed", "NothingToResume", "OptionChanged"];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning || s_ofResume.Contains(eventId.Name))
            Terminal.Say(Wording.Of(formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
