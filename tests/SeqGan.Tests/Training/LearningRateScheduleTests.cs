namespace SeqGan.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Constant, 0.0, new[] { 1.0, 1, 1, 1, 1 })]
    [InlineData(LearningRateSchedule.Linear, 0.0, new[] { 0.9, 0.7, 0.5, 0.3, 0.1 })]
    [InlineData(LearningRateSchedule.Linear, 0.2, new[] { 0.92, 0.76, 0.6, 0.44, 0.28 })]
    [InlineData(LearningRateSchedule.Cosine, 0.0, new[] { 0.975528, 0.793893, 0.5, 0.206107, 0.024472 })]
    public void ShareAt_EachStepOfFive_FallsAsTheScheduleSays(LearningRateSchedule schedule, double final, double[] expected)
    {
        var options = new TrainingOptions { LearningRateSchedule = schedule, FinalLearningRateShare = final };

        Assert.All(expected.Index(), entry => Assert.Equal(entry.Item, LearningRateDecay.ShareAt(options, entry.Index, 5), 6));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(9, 5)]
    [InlineData(3, 0)]
    public void ShareAt_BeyondTheLastStep_IsThatOfTheLast(long step, long steps)
    {
        var options = new TrainingOptions { LearningRateSchedule = LearningRateSchedule.Linear };

        Assert.Equal(steps == 0 ? 0.5 : 0.1, LearningRateDecay.ShareAt(options, step, steps), 12);
    }

    [Fact]
    public void ShareAt_InTheWarmUp_RisesFromNothingToAll()
    {
        var options = new TrainingOptions { WarmupShare = 0.4, LearningRateSchedule = LearningRateSchedule.Linear };

        Assert.Equal(
            [0.125, 0.375, 0.625, 0.875, 11.0 / 12],
            Enumerable.Range(0, 5).Select(step => Math.Round(LearningRateDecay.ShareAt(options, step, 10), 12)),
            (x, y) => Math.Abs(x - y) < 1e-9);
    }
}
