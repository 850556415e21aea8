using System.Diagnostics;
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

    // Somebody who reads from a pipe sees what there is, and one who leaves is noticed.
    private static readonly TimeSpan s_flushInterval = TimeSpan.FromSeconds(0.5);
    private static long s_flushed = Stopwatch.GetTimestamp();

    /// <summary>For tables and live displays; what cannot be written is lost, because the work continues without it.</summary>
    public static IAnsiConsole Display { get; } = AnsiConsole.Create(new() { Out = new LossyOutput(Console.Error) });

    /// <summary>
    /// Standard output. Not <see cref="Console.Out"/>: whoever writes to standard error would wait for its lock, which a thread holds
    /// that is blocked by a full pipe. Not disposed, because disposing would write again what a full disk refused.
    /// </summary>
    public static TextWriter Results { get; } = Console.IsOutputRedirected
        // Blocks are faster for a file or a pipe; a terminal shows each line at once.
        ? new StreamWriter(OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput(), bufferSize: 1 << 16)
        : Console.Out;

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

    /// <summary>A sentence for people that must not hold up the end of the program, as a full standard error would.</summary>
    public static void SayBriefly(string message) => Task.Run(() => Say(message)).Wait(TimeSpan.FromSeconds(1));

    /// <summary>One object on one line of standard output; figures that are not finite are null.</summary>
    public static void PrintJson(object value) => Print(Unsafe().Replace(JsonSerializer.Serialize(value, s_json), Escape));

    /// <summary>A line of results on standard output.</summary>
    /// <exception cref="OutputException">Standard output is full or closed.</exception>
    public static void Print(string line = "")
    {
        Try(() => Results.WriteLine(line));
        if (Stopwatch.GetElapsedTime(s_flushed) >= s_flushInterval)
            Flush();
    }

    /// <inheritdoc cref="Print"/>
    public static void Flush()
    {
        Try(Results.Flush);
        s_flushed = Stopwatch.GetTimestamp();
    }

    /// <summary>A figure for JSON, which has no NaN.</summary>
    public static double? Finite(double? value) => value is { } figure && double.IsFinite(figure) ? figure : null;

    public static string Figure(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Hours, as many as there are, minutes and whole seconds, rounded up.</summary>
    public static string Duration(TimeSpan time)
    {
        long seconds = (long)Math.Ceiling(time.TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}");
    }

    /// <summary>A sentence on one line, with what it quotes escaped.</summary>
    public static string OneLine(string text) => Escape(text.ReplaceLineEndings(" "));

    /// <summary>
    /// The text with <c>\u</c> and four hexadecimal digits for each character that could break the line, reorder it or move the cursor, and
    /// for each backslash before what would read like that: the author of a corpus must not control this terminal.
    /// </summary>
    public static string Escape(string text) => UnsafeOrEscaped().Replace(text, Escape);

    private static string Escape(Match match) => $"\\u{(int)match.Value[0]:x4}";

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

    // Control characters, line and paragraph separators, direction marks, embeddings, overrides and isolates, and lone surrogates.
    private const string UnsafeCharacters = @"[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u206F]"
        + @"|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]";

    [GeneratedRegex(UnsafeCharacters)]
    private static partial Regex Unsafe();

    [GeneratedRegex(UnsafeCharacters + @"|\\(?=u[0-9A-Fa-f]{4})")]
    private static partial Regex UnsafeOrEscaped();
}

/// <summary>Loses what cannot be written: a terminal may close at any time, also while a display's own thread writes.</summary>
internal sealed class LossyOutput(TextWriter writer) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput _output = new(writer);

    public TextWriter Writer { get; } = new LossyWriter(writer);

    public bool IsTerminal => _output.IsTerminal;

    public int Width => _output.Width;

    public int Height => _output.Height;

    public void SetEncoding(System.Text.Encoding encoding) => _output.SetEncoding(encoding);

    private sealed class LossyWriter(TextWriter writer) : TextWriter(writer.FormatProvider)
    {
        public override System.Text.Encoding Encoding => writer.Encoding;

        public override void Write(char value) => Try(() => writer.Write(value));

        public override void Write(string? value) => Try(() => writer.Write(value));

        public override void Write(char[] buffer, int index, int count) => Try(() => writer.Write(buffer, index, count));

        public override void Flush() => Try(writer.Flush);

        private static void Try(Action write)
        {
            try
            {
                write();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // There is nowhere else to write it.
            }
        }
    }
}

/// <summary>Standard output is full or closed, which is not bad input for any command.</summary>
internal sealed class OutputException(Exception cause)
    : Exception($"The results cannot be written to standard output: {cause.Message}", cause)
{
    // EPIPE, which has this number on Linux and macOS.
    private const int BrokenPipe = 32;

    /// <summary>Whether the reader has gone.</summary>
    public bool IsClosedPipe => InnerException is IOException { HResult: BrokenPipe };
}

/// <summary>Shows the library's warnings, and its messages about resuming and early ends, on the terminal.</summary>
internal sealed class TerminalLogger : ILoggerFactory, ILogger
{
    private static readonly string[] s_shown = ["Resumed", "NothingToResume", "OptionChanged", "EarlyStopped"];

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
        if ((logLevel >= LogLevel.Warning && eventId.Name != OfCorpus) || s_shown.Contains(eventId.Name))
            Terminal.Say(Wording.Of(formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
