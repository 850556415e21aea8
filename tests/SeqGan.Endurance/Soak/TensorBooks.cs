using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Endurance.Soak;

/// <summary>Live tensors, without those that TorchSharp counts though they are gone.</summary>
/// <remarks>
/// TorchSharp 0.107 counts a tensor that has become a <see cref="Parameter"/> twice, and takes one off when that is disposed. Its
/// linear and convolutional layers make their parameters so; those of embeddings and recurrent layers come from native code.
/// </remarks>
internal sealed class TensorBooks
{
    private readonly long _perParameter;
    private long _parameters;

    public TensorBooks()
    {
        long before = torch.Tensor.TotalCount;
        using (new Parameter(empty(1)))
        {
        }

        _perParameter = torch.Tensor.TotalCount - before;
    }

    public long Live => torch.Tensor.TotalCount - (_perParameter * _parameters);

    /// <summary>
    /// Notes a trainer whose components the builder made: a discriminator, a generator, and a rollout policy like the generator.
    /// </summary>
    public void Note(SeqGanTrainer trainer) =>
        _parameters += CountParameters(((ModuleDiscriminator)trainer.Discriminator).Module)
            + (2 * CountParameters(((NeuralGenerator)trainer.Generator).Network));

    private static long CountParameters(nn.Module network) =>
        network.modules().Where(module => module is Linear or Conv1d).Sum(module => module.parameters().Count());
}
