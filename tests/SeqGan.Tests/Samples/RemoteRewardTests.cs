namespace SeqGan.Tests.Samples;

/// <summary>Runs RemoteReward as a user does.</summary>
[Collection(nameof(OtherPrograms))]
public sealed class RemoteRewardTests
{
    [Fact]
    public async Task Run_ServiceThatFailsNowAndThen_TrainsToTheEnd()
    {
        var run = await BuiltProgram.RunAsync("samples/RemoteReward");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches("scorer 'remote' failed [0-9]+ times; the scores of these calls were left out", run.Output);
        Assert.Contains("Mean share of vowels in the last round: 0.", run.Output, StringComparison.Ordinal);
    }
}
