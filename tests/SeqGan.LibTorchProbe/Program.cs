using SeqGan.LibTorchProbe;

using static TorchSharp.torch;

if (args is ["ensure"])
    SeqGan.LibTorch.EnsureLoaded();

// Nothing of SeqGan is used before the program's own TorchSharp module, as in a program with its own discriminator.
using var discriminator = new OwnDiscriminator();
using var sequences = ones(4, 8);
using var scores = discriminator.forward(sequences);

SeqGan.LibTorch.EnsureLoaded();
Console.WriteLine($"scored {scores.shape[0]}");
