namespace SeqGan.Conformance;

/// <summary>A checkpointable rollout policy with the generator that it trails; the state is the policy's.</summary>
internal sealed class CheckpointablePolicy(IGenerator generator, IRolloutPolicy policy) : ICheckpointable, IDisposable
{
    public IRolloutPolicy Policy => policy;

    public int StateVersion => ((ICheckpointable)policy).StateVersion;

    public void SaveState(Stream destination) => ((ICheckpointable)policy).SaveState(destination);

    public void RestoreState(Stream source, int version) => ((ICheckpointable)policy).RestoreState(source, version);

    public void Dispose()
    {
        policy.Dispose();
        generator.Dispose();
    }
}
