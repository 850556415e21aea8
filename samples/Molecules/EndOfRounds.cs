using SeqGan;

namespace Molecules;

/// <summary>Prints a line for some of the rounds, in order; <see cref="Progress{T}"/> would shuffle them.</summary>
internal sealed class EndOfRounds : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.EndOfRound && (value.Round == value.Rounds || value.Round % Math.Max(1, value.Rounds / 5) == 0))
            Console.WriteLine(value);
    }
}
