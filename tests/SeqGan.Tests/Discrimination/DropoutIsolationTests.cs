using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

public class DropoutIsolationTests
{
    private const int Steps = 40;

    private static readonly TokenBatch s_real = Discriminators.Random(Discriminators.Ending, 12, 1, 2, 7);
    private static readonly TokenBatch s_generated = Discriminators.Random(Discriminators.Ending, 10, 2, 4);

    [Fact]
    public void Train_AModuleWithDropout_DependsOnTheSeedAndTheStepAlone()
    {
        using ModuleDiscriminator first = Create(1), same = Create(1), other = Create(2);
        foreach (ModuleDiscriminator discriminator in new[] { first, same, other })
        {
            manual_seed(Random.Shared.Next());
            Train(discriminator, 3);
        }

        Assert.Equal(StateBytes.Of(first), StateBytes.Of(same));
        Assert.NotEqual(StateBytes.Of(first), StateBytes.Of(other));
    }

    [Fact]
    public void Train_AModuleWithDropout_LeavesTheGlobalGeneratorAsItWas()
    {
        using ModuleDiscriminator discriminator = Create(1);
        rand(3).Dispose();
        byte[] before = GlobalGenerator.Save();
        Train(discriminator, 2);
        Assert.Equal(before, GlobalGenerator.Save());
        using ModuleDiscriminator failing = Discriminators.Around(_ => throw new InvalidOperationException("no"));
        before = GlobalGenerator.Save();
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 4, 1);
        Assert.Throws<ScorerException>(() => Discriminators.Train(failing, batch, batch));
        Assert.Equal(before, GlobalGenerator.Save());
    }

    [Fact]
    public async Task Train_TwoModulesWithDropoutAtOnce_GivesEachWhatItGetsAlone()
    {
        using ModuleDiscriminator firstAlone = Create(1), secondAlone = Create(2), first = Create(1), second = Create(2);
        Train(firstAlone, Steps);
        Train(secondAlone, Steps);
        await Task.WhenAll(Task.Run(() => Train(first, Steps)), Task.Run(() => Train(second, Steps)));
        Assert.Equal(StateBytes.Of(firstAlone), StateBytes.Of(first));
        Assert.Equal(StateBytes.Of(secondAlone), StateBytes.Of(second));
    }

    private static ModuleDiscriminator Create(ulong seed)
    {
        manual_seed(9);
        return new ModuleDiscriminator("mine", new UserNetwork(), Discriminators.Ending, seed: seed);
    }

    private static void Train(ModuleDiscriminator discriminator, int steps)
    {
        for (int step = 0; step < steps; step++)
            Discriminators.Train(discriminator, s_real, s_generated);
    }
}
