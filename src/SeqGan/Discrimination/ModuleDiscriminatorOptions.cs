using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>How a <see cref="ModuleDiscriminator"/> learns.</summary>
public sealed record ModuleDiscriminatorOptions
{
    /// <summary>Adam's learning rate; positive. The default value is 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Gradients are scaled down to this Euclidean norm; 0, the default value, leaves them as they are.</summary>
    public double GradientClip { get; init; }

    /// <summary>
    /// Whether a row of an <c>nn.Embedding</c> without gradient, that of a token that is not in the batch, keeps its weights and
    /// moments, as in PyTorch's SparseAdam; Adam moves it on by its moments. On the CPU alone. The default value is false: Adam.
    /// </summary>
    public bool SparseEmbeddingUpdates { get; init; }

    /// <summary>
    /// Determines, with the number of the training step, what the module draws from libtorch's global generator on the CPU while it
    /// trains, as <c>nn.Dropout</c> does. Any value. The default value is 0.
    /// </summary>
    public ulong Seed { get; init; }

    /// <summary>Makes the optimizer of the module's parameters; null, the default value, makes Adam. The discriminator disposes it.</summary>
    public Func<IEnumerable<Parameter>, optim.Optimizer>? CreateOptimizer { get; init; }

    /// <summary>Where the module runs: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. The default value is <c>cpu</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether the module may draw from libtorch's global generator.</summary>
    internal bool DrawsFromGlobalGenerator { get; init; } = true;
}
