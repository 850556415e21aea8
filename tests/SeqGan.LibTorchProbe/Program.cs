using System.Runtime.CompilerServices;
using SeqGan.LibTorchProbe;

using static TorchSharp.torch;

if (args is ["ensure"])
    EnsureLoaded();

// Nothing of SeqGan is used here but what the build put in: the program's own TorchSharp module comes first.
using var discriminator = new OwnDiscriminator();
using var sequences = ones(4, 8);
using var scores = discriminator.forward(sequences);
Console.WriteLine($"scored {scores.shape[0]}");

// A method of its own, because compiling a call is enough to bring SeqGan in.
[MethodImpl(MethodImplOptions.NoInlining)]
static void EnsureLoaded() => SeqGan.LibTorch.EnsureLoaded();
