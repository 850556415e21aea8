namespace SeqGan.Conformance;

/// <summary>What a generator promises about its disposal.</summary>
internal sealed class GeneratorLifetimeChecks(
    CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 30);

    public void Run()
    {
        runner.Check("a disposed generator throws ObjectDisposedException", Disposed);
        runner.Check("a generator may be disposed twice", DisposedTwice);
        runner.Check("a rollout policy outlives its generator", PolicyOutlives);
    }

    private void Disposed()
    {
        using var instance = new Instance<IGenerator>(factory);
        IGenerator generator = instance.Value;
        var buffer = new SequenceBuffer(format, 1);
        float[] values = new float[_batch.Count * _batch.Length];
        generator.Dispose();
        Promise.Throws<ObjectDisposedException>(
            "Sample", () => generator.Sample(Samples.Request(buffer.Format, buffer.Count, _key), buffer, CancellationToken.None));
        Promise.Throws<ObjectDisposedException>("LogProbabilities", () => Likelihood.Of(generator, _batch));
        Promise.Throws<ObjectDisposedException>("Train", () => generator.Train(_batch, values, GeneratorObjective.MaximumLikelihood));
        Promise.Throws<ObjectDisposedException>("CreateRolloutPolicy", () => generator.CreateRolloutPolicy());
    }

    private void DisposedTwice()
    {
        using var generator = new Instance<IGenerator>(factory);
        generator.Value.Dispose();
        generator.Value.Dispose();
    }

    private void PolicyOutlives()
    {
        using var generator = new Instance<IGenerator>(factory);
        using IRolloutPolicy policy = generator.Value.CreateRolloutPolicy();
        Completion[] completions = [new(0, 0, 0), new(1, 1, 0)];
        var before = new SequenceBuffer(format);
        var after = new SequenceBuffer(format);
        policy.Complete(_batch, completions, _key, 0, before, CancellationToken.None);
        generator.Value.Dispose();
        policy.Complete(_batch, completions, _key, 0, after, CancellationToken.None);
        Promise.SameSequences("After the generator's disposal", before.AsBatch(), after.AsBatch());
        Promise.Throws<ObjectDisposedException>(
            "MoveTowardGenerator after the generator's disposal", () => policy.MoveTowardGenerator(0.5));
    }
}
