namespace SeqGan.Generation;

/// <summary>Completes prefixes with a packed copy of a network on the CPU, renewed when the network's weights have changed.</summary>
internal sealed class CompiledDecoder(SequenceNetwork network, SequenceFormat format, ITokenConstraint? constraint = null) : IDecoder
{
    private SequenceSampler? _sampler;
    private NamedTensor[] _weights = [];
    private int _threads;

    /// <summary>The packed copy.</summary>
    /// <exception cref="SeqGanException">The weights have diverged.</exception>
    public CompiledPolicy Policy => Current().Policy;

    public void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, ReadOnlyMemory<int> labels, RandomKey key, int firstRow,
        double temperature, SequenceBuffer destination, CancellationToken cancellationToken)
    {
        var options = new SamplingOptions { Temperature = temperature, Constraint = constraint };
        Current().Complete(sequences, completions, labels, key, firstRow, options, destination, cancellationToken);
    }

    public void Feed(TokenBatch sequences, long[] inputs, double truth, RandomKey key, CancellationToken cancellationToken) =>
        Current().Feed(sequences, inputs, truth, key, cancellationToken);

    /// <summary>The pooled hidden states of sequences, [Count, 4 * hidden size]: mean, largest, least and last of each unit.</summary>
    public float[] PoolStates(TokenBatch sequences)
    {
        SequenceSampler sampler = Current();
        float[] states = new float[sequences.Count * PoolingJob.SizeOf(sampler.Policy)];
        sampler.PoolStates(sequences, states, CancellationToken.None);
        return states;
    }

    /// <summary>A packed copy of a network's weights.</summary>
    /// <exception cref="SeqGanException">The weights have diverged.</exception>
    public static CompiledPolicy Compile(
        SequenceNetwork network, SequenceFormat format, Vocabulary? vocabulary = null, ITokenizer? tokenizer = null) =>
        Compile(network, format, NetworkWeights.Copy(network), vocabulary, tokenizer);

    private SequenceSampler Current()
    {
        if (_sampler is null || !IsUnchanged())
        {
            _weights = NetworkWeights.Copy(network);
            _sampler = null;
        }

        if (_sampler is null || _threads != get_num_threads())
        {
            _threads = get_num_threads();
            _sampler = new SequenceSampler(_sampler?.Policy ?? Compile(network, format, _weights), _threads);
        }

        return _sampler;
    }

    private static CompiledPolicy Compile(
        SequenceNetwork network, SequenceFormat format, NamedTensor[] weights, Vocabulary? vocabulary = null, ITokenizer? tokenizer = null)
    {
        try
        {
            return new CompiledPolicy(NetworkWeights.Describe(network, format, weights), vocabulary, tokenizer);
        }
        catch (InvalidWeightsException error)
        {
            throw new SeqGanException(
                $"The generator's weights have diverged: {error.Message} "
                + "Train it again with a lower learning rate or from earlier weights.",
                error);
        }
    }

    // Code that changes a weight need not report it: comparing all of them costs less than one step of sampling.
    private bool IsUnchanged()
    {
        using var scope = NewDisposeScope();
        for (int i = 0; i < _weights.Length; i++)
        {
            if (!network.Weights[i].Value.bytes.SequenceEqual(MemoryMarshal.AsBytes(_weights[i].Values.Span)))
                return false;
        }

        return true;
    }
}
