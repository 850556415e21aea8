using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SeqGan.Reporting;

/// <summary>Reads the states of observers, which are JSON.</summary>
internal static class ObserverState
{
    /// <exception cref="InvalidDataException">The bytes are not such a state.</exception>
    public static T Read<T>(Stream source, int maxBytes, JsonTypeInfo<T> type)
        where T : class
    {
        long length = source.Length - source.Position;
        if (length > maxBytes)
            throw new InvalidDataException($"The state has {length} bytes; at most {maxBytes} are expected.");
        try
        {
            return JsonSerializer.Deserialize(source, type) ?? throw new InvalidDataException("The state is empty.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The state cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Checks that no entry is null: deserialisation does not check the entries of lists.</summary>
    /// <exception cref="InvalidDataException">One is null.</exception>
    public static T[] NotNull<T>(T[] entries)
        where T : class =>
        Array.Exists(entries, entry => entry is null) ? throw new InvalidDataException("An entry of a list is missing.") : entries;

    /// <inheritdoc cref="NotNull{T}(T[])"/>
    public static Dictionary<string, T> NotNull<T>(Dictionary<string, T> entries)
        where T : class => entries.ContainsValue(null!) ? throw new InvalidDataException("An entry of a list is missing.") : entries;
}

/// <summary>How the states of observers look as JSON: every member must be there, and numbers may be NaN or infinite.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    IgnoreReadOnlyProperties = true, MaxDepth = 16,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(HtmlReportState))]
[JsonSerializable(typeof(JsonLinesState))]
[JsonSerializable(typeof(TensorBoardState))]
internal sealed partial class ObserverStateJson : JsonSerializerContext;

/// <summary>What identifies a report within its run.</summary>
internal sealed record ReportKey(TrainingPhase Phase, int Round, long Step, bool EndOfRound)
{
    public static ReportKey Of(TrainingProgress progress) => new(progress.Phase, progress.Round, progress.Step, progress.EndOfRound);

    public static bool IsPhase(TrainingPhase phase) =>
        phase is TrainingPhase.GeneratorPretraining or TrainingPhase.DiscriminatorPretraining or TrainingPhase.Adversarial;

    public void ThrowIfInvalid()
    {
        if (!IsPhase(Phase) || Round < 0 || Step < 0)
            throw new InvalidDataException($"A report of phase {Phase}, round {Round} and step {Step} is not valid.");
    }
}

/// <summary>The parts of a <see cref="TrainingProgress"/> that a report shows.</summary>
internal sealed record ReportedProgress(ReportKey Key, int Rounds, double Fraction, double ElapsedSeconds, double StepsPerSecond)
{
    // Times of several runs can be added up without an overflow.
    private const double MaxSeconds = 1e9;

    public bool IsEndOfPhase => Key.EndOfRound && Key.Round == Rounds;

    public static ReportedProgress Of(TrainingProgress progress, double secondsBefore = 0) => new(
        ReportKey.Of(progress), progress.Rounds, progress.Fraction,
        Math.Clamp(progress.Elapsed.TotalSeconds + secondsBefore, 0, MaxSeconds), progress.StepsPerSecond);

    public void ThrowIfInvalid()
    {
        Key.ThrowIfInvalid();
        if (Rounds < 0 || !(ElapsedSeconds is >= 0 and <= MaxSeconds))
            throw new InvalidDataException($"A report of {Rounds} rounds after {ElapsedSeconds} seconds is not valid.");
    }
}
