namespace SeqGan;

/// <summary>What a <see cref="Patience"/> has seen.</summary>
/// <param name="Best">The best value; minus infinity before the first.</param>
/// <param name="Waited">How many values since were not better.</param>
internal readonly record struct PatienceState(double Best, int Waited)
{
    public static PatienceState Initial { get; } = new(double.NegativeInfinity, 0);
}
