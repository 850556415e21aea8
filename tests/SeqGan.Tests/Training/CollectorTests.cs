using System.Diagnostics;
using SeqGan.Tests.Discrimination;
using SeqGan.Tests.Generation;

namespace SeqGan.Tests.Training;

/// <summary>
/// TorchSharp does not keep a number alive that it hands to libtorch; the garbage collector, at work on another thread, frees it
/// in the middle of the call unless the library holds it.
/// </summary>
public class CollectorTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(RecurrentCell.Lstm, DecoderKind.Compiled)]
    [InlineData(RecurrentCell.Gru, DecoderKind.TorchSharp)]
    public void GeneratorSteps_WhileTheCollectorRuns_DoNotFail(RecurrentCell cell, DecoderKind decoder)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending, cell, configure: o => o.Decoder = decoder);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        var buffer = new SequenceBuffer(Generators.Ending);
        RunUnderCollections(() =>
        {
            TokenBatch batch = generator.Sample(8, seed: 1, temperature: 0.9).AsBatch();
            generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
            Generators.LogProbabilities(generator, batch);
            policy.MoveTowardGenerator(0.5);
            policy.Complete(batch, [new Completion(0, 1, 0)], new RandomKey(1, RandomPurpose.Rollout), 0, buffer);
        });
    }

    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional)]
    [InlineData(DiscriminatorNetwork.Gru)]
    public void DiscriminatorSteps_WhileTheCollectorRuns_DoNotFail(DiscriminatorNetwork network)
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(network, Discriminators.Ending);
        TokenBatch real = Discriminators.Random(Discriminators.Ending, 8, 1), generated = Discriminators.Random(Discriminators.Ending, 8, 2);
        RunUnderCollections(() => Discriminators.Train(discriminator, real, generated));
    }

    private static void RunUnderCollections(Action step)
    {
        bool isOver = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                GC.Collect(0);
                Thread.Sleep(1);
            }
        });
        collector.Start();
        try
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < Duration;)
                step();
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            collector.Join();
        }
    }
}
