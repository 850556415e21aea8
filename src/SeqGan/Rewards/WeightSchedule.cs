namespace SeqGan;

/// <summary>A reward's weight over the rounds of adversarial training. Immutable; as thread-safe as its function.</summary>
public sealed class WeightSchedule
{
    private readonly Func<int, double> _weightAt;

    private WeightSchedule(Func<int, double> weightAt, bool isZero) => (_weightAt, IsZero) = (weightAt, isZero);

    /// <summary>Whether it is known to be 0 in every round.</summary>
    internal bool IsZero { get; }

    /// <summary>The same weight in every round.</summary>
    /// <param name="weight">Finite.</param>
    public static WeightSchedule Constant(double weight)
    {
        ThrowIfNotFinite(weight, nameof(weight));
        return new WeightSchedule(_ => weight, weight == 0);
    }

    /// <summary>A weight that goes in equal steps from one value to another, and stays there.</summary>
    /// <param name="from">The weight of round 1; finite.</param>
    /// <param name="to">The weight of round <paramref name="rounds"/> and of those after it; finite.</param>
    /// <param name="rounds">At least 1; 1 is <paramref name="to"/> from the beginning.</param>
    public static WeightSchedule Linear(double from, double to, int rounds)
    {
        ThrowIfNotFinite(from, nameof(from));
        ThrowIfNotFinite(to, nameof(to));
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        return new WeightSchedule(round => round >= rounds ? to : from + (to - from) * (round - 1) / (rounds - 1), from == 0 && to == 0);
    }

    /// <summary>A weight by a function of the round.</summary>
    /// <param name="weightAt">
    /// The weight of a round, which counts from 1; finite, and the same whenever it is asked, or a training that is resumed would differ.
    /// What it throws, or a weight that is not valid, ends the training with a <see cref="ScorerException"/>.
    /// </param>
    public static WeightSchedule By(Func<int, double> weightAt)
    {
        ArgumentNullException.ThrowIfNull(weightAt);
        return new WeightSchedule(weightAt, isZero: false);
    }

    /// <summary>The weight of a round.</summary>
    /// <param name="round">The round of adversarial training, from 1.</param>
    public double WeightAt(int round)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(round, 1);
        return _weightAt(round);
    }

    private static void ThrowIfNotFinite(double weight, string parameterName)
    {
        if (!double.IsFinite(weight))
            throw new ArgumentOutOfRangeException(parameterName, weight, "A weight must be finite.");
    }
}
