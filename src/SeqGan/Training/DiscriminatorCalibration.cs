namespace SeqGan.Training;

/// <summary>Calibrates a discriminator's log-odds on held-out real and freshly generated sequences, and adds it to a policy.</summary>
internal static class DiscriminatorCalibration
{
    // Their log-odds are two numbers' worth of knowledge.
    private const int MostHeldOut = 2000, LeastHeldOut = 20, GeneratedForEach = 2;

    /// <summary>The policy with the discriminator, if that can be compiled and was trained; otherwise the policy.</summary>
    public static CompiledPolicy Add(CompiledPolicy policy, TrainerComponents components, CancellationToken cancellationToken)
    {
        try
        {
            return AddCalibrated(policy, components, cancellationToken);
        }
        catch (SeqGanException error)
        {
            // The generator is not lost with it.
            Log.DiscriminatorLeftOut(components.Logger, error.Message);
            return policy;
        }
    }

    private static CompiledPolicy AddCalibrated(
        CompiledPolicy policy, TrainerComponents components, CancellationToken cancellationToken)
    {
        if (components.Discriminator is not ModuleDiscriminator discriminator
            || discriminator.Compile(policy.Weights, PlattScaling.None) is not { } raw)
        {
            return policy;
        }

        TokenBatch real = components.Corpus.KnownHeldOut.TakeEvenly(MostHeldOut);
        if (real.Count < LeastHeldOut)
        {
            Log.NotCalibrated(components.Logger, real.Count, LeastHeldOut);
            return policy.WithDiscriminator(raw);
        }

        var sampler = new SequenceSampler(policy.WithDiscriminator(raw));
        var options = new SamplingOptions { Constraint = components.Generator.Constraint };
        var key = new RandomKey(components.Options.Seed, RandomPurpose.Refinement);
        float[] ofGenerated = sampler.DrawOdds([], GeneratedForEach * real.Count, key, options, cancellationToken);
        float[] ofReal = new float[real.Count];
        sampler.LogOdds(real, ofReal, cancellationToken);
        PlattScaling calibration = PlattScaling.FitIfItPays(ofReal, ofGenerated);
        if (calibration == PlattScaling.Even)
            Log.NothingToRefine(components.Logger, real.Count);
        return policy.WithDiscriminator(discriminator.Compile(policy.Weights, calibration));
    }
}
