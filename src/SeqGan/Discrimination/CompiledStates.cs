namespace SeqGan.Discrimination;

/// <summary>What scores sequences as a module does, faster.</summary>
internal interface ICompiledScorer : IDisposable
{
    /// <summary>Writes the logit of "real" of each sequence, and returns true; false where the module must be asked.</summary>
    bool TryScore(TokenBatch sequences, Memory<float> logits, CancellationToken cancellationToken);

    /// <summary>To be called when the module's weights have changed.</summary>
    void Forget();
}

/// <summary>
/// A network that reads hidden states, in managed code: the same bits in every batch, with any number of threads and on every processor.
/// </summary>
/// <param name="compile">Makes a packed copy, with its own network; null where there is none yet.</param>
internal sealed class CompiledStates(Func<CompiledDiscriminator?> compile) : ICompiledScorer
{
    private SequenceSampler? _sampler;
    private int _threads;
    private bool _isCurrent;

    public bool TryScore(TokenBatch sequences, Memory<float> logits, CancellationToken cancellationToken)
    {
        if (Current() is not { } sampler)
            return false;
        sampler.LogOdds(sequences, logits, cancellationToken);
        return true;
    }

    public void Forget() => _isCurrent = false;

    public void Dispose()
    {
    }

    private SequenceSampler? Current()
    {
        if (_isCurrent && _threads == get_num_threads())
            return _sampler;
        (_threads, _isCurrent) = (get_num_threads(), true);
        try
        {
            _sampler = compile() is { Network.Policy: var states } compiled
                ? new SequenceSampler(states.WithDiscriminator(compiled), _threads)
                : null;
        }
        catch (SeqGanException)
        {
            // The module says what its weights lead to.
            _sampler = null;
        }

        return _sampler;
    }
}
