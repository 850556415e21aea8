using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace SeqGan.Tool;

/// <summary>Results go to standard output, everything else to standard error, which has colours and a live display only on a terminal.</summary>
internal static class Terminal
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
    };

    /// <summary>For tables and live displays.</summary>
    public static IAnsiConsole Display { get; } = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    public static bool IsLive => !Console.IsErrorRedirected && Display.Profile.Capabilities.Interactive;

    /// <summary>A sentence for people; lost where standard error is full or closed, for the work goes on without.</summary>
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
            // There is nowhere left to say it.
        }
    }

    /// <summary>One object on one line of standard output; figures that are not finite are null.</summary>
    public static void WriteJson(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, s_json));

    /// <summary>A figure for JSON, which knows no NaN.</summary>
    public static double? Finite(double? value) => value is { } figure && double.IsFinite(figure) ? figure : null;

    public static string Figure(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The text on one line: whoever wrote a corpus must not control this terminal.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var line = new StringBuilder(text.Length);
        foreach (char character in text.ReplaceLineEndings("\n"))
        {
            if (character is '\n')
                line.Append(' ');
            else if (char.IsControl(character))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                line.Append(character);
        }

        return line.ToString();
    }
}
