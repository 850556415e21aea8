using System.Text.Json.Serialization;

namespace SeqGan.Training;

/// <summary>Reads and writes a training's state as JSON.</summary>
internal static partial class TrainingStateFile
{
    public const int Version = 2;

    // A baseline of a million positions fits.
    private const int MaxLength = 64 << 20;

    // No training gets there, and none that continues from it overflows a counter.
    private const long LargestCount = 1 << 30, LargestSum = 1L << 52;

    public static void Write(Stream destination, TrainingState state) =>
        JsonSerializer.Serialize(destination, state, StateContext.Default.TrainingState);

    /// <summary>Reads a state from any source.</summary>
    /// <exception cref="InvalidDataException">The bytes are no state, or a value is out of range.</exception>
    public static TrainingState Read(Stream source)
    {
        if (source.Length > MaxLength)
            throw new InvalidDataException($"the training's state has {source.Length} bytes; at most {MaxLength} are valid.");
        try
        {
            TrainingState state = JsonSerializer.Deserialize(source, StateContext.Default.TrainingState)
                ?? throw new InvalidDataException("the training's state is null; it must be an object.");
            return FindFailure(state) is { } failure ? throw new InvalidDataException($"the training's state: {failure}") : state;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            throw new InvalidDataException($"the training's state is not valid JSON: {error.Message}", error);
        }
    }

    private static string? FindFailure(TrainingState state)
    {
        TrainingFiguresState metrics = state.Metrics;
        if (state is not { Baseline: { }, Metrics: { Figures: { }, Scores: { } }, Evaluations: { }, EarlyStopping: { }, Health: { } })
            return "a part is null.";
        if (state.EarlyStopping.Any(stopping => stopping is null || !stopping.Phase.IsSingle()))
            return "an early stopping is null or of an unknown phase.";
        if (state.Phase is { } phase && !phase.IsSingle())
            return $"phase {(int)phase} is not known.";
        (string Name, long Value)[] counts =
        [
            ("Shuffles", state.Shuffles), ("NegativeSets", state.NegativeSets), ("Samples", state.Samples),
            ("Measurements", state.Measurements), ("ScheduledBatches", state.ScheduledBatches), ("Round", state.Round),
            ("GeneratorSteps", state.GeneratorSteps), ("DiscriminatorRounds", state.DiscriminatorRounds),
            ("DiscriminatorEpochs", state.DiscriminatorEpochs), ("NotFinite", (long)metrics.SumOf(TrainingMetric.StepsNotFinite)),
            ("Epoch.Next", state.Epoch.Next), ("Positives.Next", state.Positives.Next), ("Negatives.Next", state.Negatives.Next),
            ("Health.DiscriminatorWon", state.Health.DiscriminatorWon), ("Health.GeneratorCollapsed", state.Health.GeneratorCollapsed),
            ("Health.RollBacks", state.Health.RollBacks), ("Kl.RoundsAtBound", state.Kl?.RoundsAtBound ?? 0),
            ("Patience.Waited", state.Patience?.Waited ?? 0),
            .. state.EarlyStopping.Select(stopping => ("EarlyStopping.Waited", (long)stopping.Patience.Waited)),
            .. metrics.Figures.Concat(metrics.Scores).Select(figure => ($"Metrics.{figure.Key}.Count", (long)figure.Value.Count)),
        ];
        (string Name, long Value)[] sums =
        [
            ("Steps", metrics.Steps), ("Tokens", metrics.Tokens), ("RoundSteps", state.RoundSteps),
            ("NotApplicable", (long)metrics.SumOf(TrainingMetric.ScoresNotApplicable)),
        ];
        if ((FindOutOfRange(counts, LargestCount) ?? FindOutOfRange(sums, LargestSum)) is { } outOfRange)
            return outOfRange;
        if (state.Kl?.Coefficient is { } coefficient && !(coefficient >= 0 && double.IsFinite(coefficient)))
            return $"Kl.Coefficient is {coefficient}; it must be finite and not negative.";
        double scale = state.Health.LearningRateScale;
        return scale is > 0 and <= 1 ? null : $"LearningRateScale is {scale}; it must be in (0, 1].";
    }

    private static string? FindOutOfRange((string Name, long Value)[] values, long limit) => (
        from value in values where value.Value < 0 || value.Value > limit
        select $"{value.Name} is {value.Value}; it must be in [0, {limit}].").FirstOrDefault();

    [JsonSourceGenerationOptions(
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
        UseStringEnumConverter = true)]
    [JsonSerializable(typeof(TrainingState))]
    private sealed partial class StateContext : JsonSerializerContext;
}
