[assembly: AssemblyFixture(typeof(SeqGan.Tests.LoadedLibTorch))]

namespace SeqGan.Tests;

/// <summary>Loads libtorch before the first test, as SeqGan does: tests also use TorchSharp alone.</summary>
public sealed class LoadedLibTorch
{
    public LoadedLibTorch() => LibTorch.EnsureLoaded();
}
