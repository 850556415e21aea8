using System.Collections.Concurrent;
using System.Runtime.Intrinsics;

namespace SeqGan.Generation;

/// <summary>
/// Loss and gradient in managed code: forward, loss and backward of a few sequences at a time, so that what they need stays in the cache,
/// and several such groups at once. No operator of libtorch runs.
/// </summary>
/// <remarks>
/// The groups and the order in which their gradients are added up depend on the batch alone: the same bits for any number of threads.
/// </remarks>
internal sealed unsafe class FusedStep : ITrainingStep
{
    // Each group has gradients of its own.
    private const long MaximumGradientElements = 1 << 25;
    private const int MaximumGroups = 8;

    // With fewer groups all work would be one thread's.
    private const int FewestGroups = 2;

    private readonly SequenceNetwork _network;
    private readonly Kernels _kernels;
    private readonly HiddenWeights _hidden;
    private readonly OutputWeights _output;
    private readonly ConcurrentBag<GroupPass> _passes = [];
    private readonly AlignedArray _inputGradients = new();
    private readonly GradientSum[] _sums;
    private readonly HashSet<long> _embeddedTokens = [];

    public FusedStep(SequenceNetwork network, SequenceFormat format, Kernels? kernels = null)
    {
        _network = network;
        _kernels = kernels ?? Kernels.Best;
        _hidden = HiddenWeights.Of(network, _kernels);
        _output = new OutputWeights(network, format, _kernels);
        _sums = [.. _hidden.Gradients, _output.Matrix.Gradient, _output.BiasGradient];
    }

    /// <summary>Whether this processor has the vectors and this process the weights, and there is room for the gradients.</summary>
    /// <remarks>Faster than libtorch for small networks; of 512 hidden units about as fast: <c>benchmarks -- generators</c>.</remarks>
    public static bool Suits(SequenceNetwork network) =>
        Vector256.IsHardwareAccelerated && GradientElements(network) <= MaximumGradientElements / FewestGroups
        && network.Parameters.All(parameter => TensorMemory.IsPlain(parameter));

    public (double Loss, double NegativeLogLikelihood) ComputeGradients(TrainingTokens tokens)
    {
        _hidden.Load();
        _output.Load();
        TrainingGroup[] groups = TrainingGroup.Cut(tokens, GroupCount(tokens));
        foreach (GradientSum sum in _sums)
            sum.Reserve(groups.Length);
        float[] losses = new float[tokens.Count];
        nint inputGradients = (nint)_inputGradients.Reserve((long)tokens.Count * PackedMatrix.Pad((int)_network.Embedding.shape[1]));
        Workload.Run(groups.Length, isWorthThreads: true, part =>
        {
            GroupPass pass = _passes.TryTake(out GroupPass? used) ? used : new GroupPass(_network.Embedding, _hidden, _output, _kernels);
            pass.Run(tokens, groups[part], part, losses, (float*)inputGradients);
            _passes.Add(pass);
        });
        foreach (GradientSum sum in _sums)
            sum.AddUp(groups.Length);
        AddUpEmbedding(tokens);
        return Means(tokens, losses);
    }

    private int GroupCount(TrainingTokens tokens)
    {
        long groups = Math.Min(
            Math.Min(MaximumGroups, _hidden.MostGroups(tokens)), MaximumGradientElements / GradientElements(_network));

        // An even number, so that two threads have as many each.
        return (int)Math.Max(1, groups - groups % 2);
    }

    private static long GradientElements(SequenceNetwork network) =>
        network.Parameters.Sum(parameter => parameter.NumberOfElements) - (network.IsTied ? 0 : network.Embedding.NumberOfElements);

    // Rows of tokens that are not in the batch are 0 from the start or from when the token was there last. Those that are the output
    // layer's, too, have its gradient.
    private void AddUpEmbedding(TrainingTokens tokens)
    {
        int size = (int)_network.Embedding.shape[1], padded = PackedMatrix.Pad(size);
        float* gradient = GradientSum.Of(_network.Embedding);
        int outputs = _network.IsTied ? _output.VocabularySize : 0;
        foreach (long token in _embeddedTokens.Where(token => token >= outputs))
            new Span<float>(gradient + token * size, size).Clear();
        _embeddedTokens.Clear();
        for (int i = 0; i < tokens.Count; i++)
        {
            long token = tokens.InputOf(i);
            _embeddedTokens.Add(token);
            _kernels.AddScaled(_inputGradients.Pointer + (long)i * padded, 1, gradient + token * size, size);
        }
    }

    private static (double Loss, double NegativeLogLikelihood) Means(TrainingTokens tokens, float[] losses)
    {
        double loss = 0, sum = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            loss += (double)losses[i] * tokens.Weights[i];
            sum += losses[i];
        }

        // As a float, like everything that the loss is made of: what overflows there is no loss to learn from.
        return ((float)loss / tokens.Count, sum / losses.Length);
    }
}
