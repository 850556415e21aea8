namespace SeqGan.Rollouts;

/// <summary>Monte Carlo search under a delayed copy of the generator (equation 3 of the paper): all prefixes in one call.</summary>
/// <remarks>Not thread-safe. Draws depend on key, row, prefix and sample only: a batch may be completed in one call or several.</remarks>
public sealed class MonteCarloRollout : IRollout, ICompositeComponent, IDisposable
{
    private readonly double _updateRate;

    /// <summary>Creates a rollout whose policy starts as a copy of the generator's; the generator stays the caller's.</summary>
    /// <exception cref="ArgumentException">The update rate is out of range.</exception>
    public MonteCarloRollout(IGenerator generator, RolloutOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        options ??= new();
        OptionsCheck.ThrowIfInvalid(options);
        _updateRate = options.UpdateRate;
        Policy = generator.CreateRolloutPolicy();
    }

    /// <inheritdoc />
    public SequenceFormat Format => Policy.Format;

    internal IRolloutPolicy Policy { get; }

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("policy", Policy)];

    /// <inheritdoc />
    public ValueTask CompleteAsync(
        TokenBatch sequences, RolloutRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        int samples = request.SamplesPerPrefix;
        if (samples < 1)
            throw new ArgumentException($"{samples} samples a prefix were requested; it must be at least 1.", nameof(request));
        if (request.PrefixesPerSequence is < 1 and var prefixes)
            throw new ArgumentException($"{prefixes} prefixes a sequence were requested; it must be at least 1.", nameof(request));
        Policy.Complete(
            sequences, CompletionsOf(sequences, request), request.Key, request.FirstRow, destination, cancellationToken);
        return ValueTask.CompletedTask;
    }

    /// <summary>What a valid request asks a policy for.</summary>
    internal static Completion[] CompletionsOf(TokenBatch sequences, RolloutRequest request)
    {
        int samples = request.SamplesPerPrefix;
        Completion[] completions = new Completion[request.CountCompletions(sequences)];
        int next = 0;
        for (int row = 0; row < sequences.Count; row++)
        {
            foreach (int prefix in request.PrefixesOf(sequences, row))
            {
                // The sample's number holds the prefix too, so that two prefixes of a row do not share their draws.
                for (int sample = 0; sample < samples; sample++)
                    completions[next++] = new Completion(row, prefix, prefix * samples + sample);
            }
        }

        return completions;
    }

    /// <inheritdoc />
    public void ResetPolicy() => Policy.MoveTowardGenerator(0);

    /// <inheritdoc />
    public void UpdatePolicy() => Policy.MoveTowardGenerator(_updateRate);

    /// <summary>Disposes the rollout policy.</summary>
    public void Dispose() => Policy.Dispose();
}
