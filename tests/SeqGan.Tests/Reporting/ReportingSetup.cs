using System.Globalization;

namespace SeqGan.Tests.Reporting;

/// <summary>Reports of a training that did not take place.</summary>
internal static class ReportingSetup
{
    public static TrainingContext Context(Corpus? corpus = null) =>
        new(new Training.FakeGenerator((corpus ?? TinyTraining.Corpus).Format), new Training.FakeDiscriminator(),
            corpus ?? TinyTraining.Corpus);

    public static TrainingProgress Adversarial(int round = 3, int rounds = 10) => new()
    {
        Phase = TrainingPhase.Adversarial,
        Round = round,
        Rounds = rounds,
        EndOfRound = true,
        Step = 100 + round,
        Fraction = (double)round / rounds,
        GeneratorLoss = 0.25,
        NegativeLogLikelihood = 1.5,
        PolicyEntropy = 1.25,
        DiscriminatorLoss = 0.6,
        DiscriminatorAccuracy = 0.75,
        HeldOutAccuracy = 0.7,
        RewardMean = 0.4,
        RewardDeviation = 0.1,
        StepsPerSecond = 1234.5,
        Elapsed = TimeSpan.FromSeconds(12.5),
        Metrics = new Dictionary<string, double> { ["nll_test"] = 1.75 },
    };

    public static void Report(this ITrainingObserver observer, TrainingProgress progress, TrainingContext? context = null)
    {
        context ??= Context();
        ValueTask done = progress.EndOfRound ? observer.OnRoundEndAsync(progress, context) : observer.OnProgressAsync(progress, context);
        Assert.True(done.IsCompletedSuccessfully);
    }

    /// <summary>Runs under a culture that writes numbers as German does; the tests run without the system's cultures.</summary>
    public static T InGerman<T>(Func<T> run)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator, german.NumberFormat.NegativeSign) =
            (",", ".", "−");
        try
        {
            CultureInfo.CurrentCulture = german;
            return run();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
