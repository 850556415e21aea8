using System.Runtime.CompilerServices;
using SeqGan.LibTorchProbe;

using static TorchSharp.torch;

// Nothing of SeqGan is used here but what the build put in: the program's own TorchSharp module comes first.
switch (args)
{
    case ["ensure"]:
        EnsureLoaded();
        break;
    case ["threads"]:
        ScoreOnThreads(8);
        break;
}

Console.WriteLine($"scored {Score()}");

static long Score()
{
    using var discriminator = new OwnDiscriminator();
    using var sequences = ones(4, 8);
    using var scores = discriminator.forward(sequences);
    return scores.shape[0];
}

static void ScoreOnThreads(int count)
{
    using var start = new Barrier(count);
    var threads = Enumerable.Range(0, count).Select(_ => new Thread(() =>
    {
        start.SignalAndWait();
        Score();
    })).ToList();
    threads.ForEach(thread => thread.Start());
    threads.ForEach(thread => thread.Join());
}

// A method of its own, because compiling a call is enough to bring SeqGan in.
[MethodImpl(MethodImplOptions.NoInlining)]
static void EnsureLoaded() => SeqGan.Native.LibTorch.EnsureLoaded();
