using System.Reflection;
using Xunit;

namespace SeqGan.Tests;

/// <summary>The native libraries that the test program brings, on Linux.</summary>
internal static class NativeLibraries
{
    private static readonly Lazy<byte[]> TorchSharpBytes = new(() => File.ReadAllBytes(Find("libLibTorchSharp.so")));

    public static byte[] TorchSharp => TorchSharpBytes.Value;

    public static string Find(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The libraries are Linux's.");
        var path = NativeSearchPath.OfProgram(Assembly.GetExecutingAssembly().Location).Find(name);
        Assert.NotNull(path);
        return path;
    }
}
