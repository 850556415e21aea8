using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace SeqGan.Tool;

/// <summary>Writes results to standard output and everything else to standard error, with colours only on a terminal.</summary>
internal static partial class Terminal
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>For tables and live displays.</summary>
    public static IAnsiConsole Display { get; } = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });

    public static bool IsLive => !Console.IsErrorRedirected && Display.Profile.Capabilities.Interactive;

    /// <summary>A sentence for people; lost if standard error is full or closed, because the work continues without it.</summary>
    public static void Say(string message)
    {
        try
        {
            // Above what is displayed live.
            if (IsLive)
                Display.WriteLine(OneLine(message));
            else
                Console.Error.WriteLine(OneLine(message));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // There is nowhere else to write it.
        }
    }

    /// <summary>One object on one line of standard output; figures that are not finite are null.</summary>
    public static void PrintJson(object value) => Print(JsonSerializer.Serialize(value, s_json));

    /// <summary>A line of results on standard output.</summary>
    /// <exception cref="OutputException">Standard output is full or closed.</exception>
    public static void Print(string line = "") => Try(() => Console.Out.WriteLine(line));

    /// <inheritdoc cref="Print"/>
    public static void Flush() => Try(Console.Out.Flush);

    /// <summary>A figure for JSON, which has no NaN.</summary>
    public static double? Finite(double? value) => value is { } figure && double.IsFinite(figure) ? figure : null;

    public static string Figure(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The text on one line without control characters: the author of a corpus must not control this terminal.</summary>
    public static string OneLine(string text) => Control().Replace(text.ReplaceLineEndings(" "), match => $"\\u{(int)match.Value[0]:x4}");

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OutputException(error);
        }
    }

    [GeneratedRegex(@"\p{Cc}")]
    private static partial Regex Control();
}

/// <summary>Standard output is full or closed, which is not bad input for any command.</summary>
internal sealed class OutputException(Exception cause)
    : Exception($"The results cannot be written to standard output: {cause.Message}", cause);

/// <summary>Shows the library's warnings, and its messages about resuming, on the terminal.</summary>
internal sealed class TerminalLogger : ILoggerFactory, ILogger
{
    private static readonly string[] s_ofResume = ["Resumed", "NothingToResume", "OptionChanged"];

    // The corpus's report says them already.
    private const string OfCorpus = "CorpusWarning";

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if ((logLevel >= LogLevel.Warning && eventId.Name != OfCorpus) || s_ofResume.Contains(eventId.Name))
            Terminal.Say(Wording.Of(formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
