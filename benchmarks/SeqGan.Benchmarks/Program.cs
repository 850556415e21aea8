using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SeqGan.Benchmarks;

if (args is ["ratios", .. var options])
    return await Ratios.RunAsync(options);
if (args is ["first-sample", .. var firstOptions])
    return FirstSample.Run(firstOptions);
if (args is ["parts", .. var partOptions])
    return Parts.Run(partOptions);
if (args is ["scaling", .. var scalingOptions])
    return await Scaling.RunAsync(scalingOptions);
if (args is ["metrics", .. var metricOptions])
    return MetricTimes.Run(metricOptions);
if (args is ["checkpoints", .. var checkpointOptions])
    return await CheckpointTimes.RunAsync(checkpointOptions);
if (args is ["generators", .. var generatorOptions])
    return GeneratorTimes.Run(generatorOptions);
if (args is ["estimators", .. var estimatorOptions])
    return await EstimatorTimes.RunAsync(estimatorOptions);
if (args is ["cluster-plan", .. var planOptions])
    return await ClusterPlan.RunAsync(planOptions);
if (args is ["cluster-worker", var ports])
{
    await Cluster.SiloHost.WorkAsync(ports, redis: null);
    return 0;
}

if (args is ["steering", .. var steeringOptions])
    return await SteeringTimes.RunAsync(steeringOptions);

// In this process: another one for each job would need its own libtorch. One invocation is long enough to be an iteration.
Job job = Job.Default
    .WithToolchain(InProcessEmitToolchain.Instance)
    .WithStrategy(RunStrategy.Monitoring)
    .WithWarmupCount(1)
    .WithIterationCount(5)
    .WithInvocationCount(1)
    .WithUnrollFactor(1);
BenchmarkSwitcher.FromAssembly(typeof(Ratios).Assembly).Run(args, DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default));
return 0;
