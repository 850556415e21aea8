using SeqGan;

namespace CustomDiscriminator;

/// <summary>Prints every tenth round.</summary>
internal sealed class RoundPrinter : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (value.EndOfRound && value.Round % 10 == 0)
            Console.WriteLine(value);
    }
}
