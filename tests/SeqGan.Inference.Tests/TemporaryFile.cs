namespace SeqGan.Tests;

/// <summary>A file's place that is empty again afterwards.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"seqgan-{Guid.NewGuid():N}.safetensors");

    public void Dispose() => File.Delete(Path);
}
