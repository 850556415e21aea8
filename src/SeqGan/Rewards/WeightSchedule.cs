using System.ComponentModel;

namespace SeqGan.Rewards;

/// <summary>A reward's weight over the adversarial rounds; a number is a constant one. Immutable; as thread-safe as its function.</summary>
[TypeConverter(typeof(WeightScheduleConverter))]
public sealed class WeightSchedule
{
    private readonly Func<int, double> _weightAt;
    private readonly string _text;

    private WeightSchedule(Func<int, double> weightAt, string text, double? constant = null) =>
        (_weightAt, _text, ConstantValue) = (weightAt, text, constant);

    /// <summary>The weight of every round if it is constant; of any value.</summary>
    internal double? ConstantValue { get; }

    internal bool IsZero => ConstantValue == 0;

    /// <summary>The same weight in every round; it must be finite where it is used.</summary>
    public static implicit operator WeightSchedule(double weight) =>
        new(_ => weight, weight.ToString(CultureInfo.InvariantCulture), weight);

    /// <summary>The same finite weight in every round.</summary>
    public static WeightSchedule Constant(double weight)
    {
        ThrowIfNotFinite(weight, nameof(weight));
        return weight;
    }

    /// <summary>
    /// A weight that moves in equal steps from one finite value, of round 1, to another, of round <paramref name="rounds"/>, and then stays
    /// there. With 1 round, the least, it is <paramref name="to"/> from the start.
    /// </summary>
    public static WeightSchedule Linear(double from, double to, int rounds)
    {
        ThrowIfNotFinite(from, nameof(from));
        ThrowIfNotFinite(to, nameof(to));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        return new WeightSchedule(
            round => round >= rounds ? to : from + (to - from) * (round - 1) / (rounds - 1),
            string.Create(CultureInfo.InvariantCulture, $"{from} to {to} in {rounds} rounds"),
            from == 0 && to == 0 ? 0 : null);
    }

    /// <summary>
    /// A weight by a function of the round, from 1. The weight is finite, and always the same for a round, or a resumed training would
    /// differ. An exception, or a weight that is not valid, ends the training with a <see cref="ScorerException"/>.
    /// </summary>
    public static WeightSchedule By(Func<int, double> weightAt)
    {
        ArgumentNullException.ThrowIfNull(weightAt);
        return new WeightSchedule(weightAt, "a function of the round");
    }

    /// <summary>The weight of a round of adversarial training, from 1.</summary>
    public double WeightAt(int round)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(round, 1);
        return _weightAt(round);
    }

    /// <summary>The constant weight as a number, or what the schedule is.</summary>
    public override string ToString() => _text;

    private static void ThrowIfNotFinite(double weight, string parameterName)
    {
        if (!double.IsFinite(weight))
            throw new ArgumentOutOfRangeException(parameterName, weight, "A weight must be finite.");
    }
}

/// <summary>Reads a constant weight from configuration.</summary>
internal sealed class WeightScheduleConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) =>
        sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text
            ? (WeightSchedule)double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)
            : base.ConvertFrom(context, culture, value);
}

/// <summary>A schedule whose weight, if constant, is in a range.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WeightRangeAttribute(double minimum, double maximum) : AllowedRangeAttribute(minimum, maximum)
{
    public override bool IsValid(object? value) => value is WeightSchedule schedule && base.IsValid(schedule.ConstantValue);
}
