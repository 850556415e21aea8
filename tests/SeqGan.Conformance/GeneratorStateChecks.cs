namespace SeqGan.Conformance;

/// <summary>What a generator and its rollout policy promise where they are checkpointable.</summary>
internal sealed class GeneratorStateChecks(CheckRunner runner, Func<IGenerator> factory, SequenceFormat format, ConformanceOptions options)
{
    private readonly TokenBatch _batch = TestSequences.Create(format, options.BatchSize, options.Seed);
    private readonly RandomKey _key = new(options.Seed, RandomPurpose.User, 80);

    public void Run()
    {
        new CheckpointableChecks<IGenerator>(runner, factory, generator => Task.FromResult(Use(generator))).RunAsync().GetAwaiter()
            .GetResult();
        bool isPolicyCheckpointable = false;
        factory.With(generator =>
        {
            using IRolloutPolicy policy = generator.CreateRolloutPolicy();
            isPolicyCheckpointable = policy is ICheckpointable;
        });
        if (isPolicyCheckpointable)
            new CheckpointableChecks<CheckpointablePolicy>(runner, CreatePolicy, policy => Task.FromResult(Use(policy))).RunAsync()
                .GetAwaiter().GetResult();
    }

    private float[] Use(IGenerator generator)
    {
        GeneratorTrainingChecks.TrainOn(generator, _batch, 2);
        GeneratorTrainingChecks.TrainOn(generator, _batch, 1, 0.5f, GeneratorObjective.PolicyGradient);
        var samples = new SequenceBuffer(format, _batch.Count);
        generator.Sample(Samples.Request(generator.Format, samples.Count, _key), samples, CancellationToken.None);
        return [.. Likelihood.Of(generator, _batch), .. Tokens(samples)];
    }

    // Its generator is ahead of it, so that each use moves it.
    private CheckpointablePolicy CreatePolicy()
    {
        IGenerator generator = factory();
        IRolloutPolicy policy = generator.CreateRolloutPolicy();
        GeneratorTrainingChecks.TrainOn(generator, _batch, options.TrainingSteps);
        return new CheckpointablePolicy(generator, policy);
    }

    private float[] Use(CheckpointablePolicy instance)
    {
        instance.Policy.MoveTowardGenerator(0.5);
        Completion[] completions = [.. from row in Enumerable.Range(0, _batch.Count) from sample in Enumerable.Range(0, 8)
            select new Completion(row, 0, sample)];
        var buffer = new SequenceBuffer(format);
        instance.Policy.Complete(_batch, completions, _key, 0, buffer, CancellationToken.None);
        return [.. Tokens(buffer)];
    }

    private static IEnumerable<float> Tokens(SequenceBuffer buffer) => buffer.AsBatch().Tokens.ToArray().Select(token => (float)token);
}
