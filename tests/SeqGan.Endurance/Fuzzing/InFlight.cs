using System.IO.MemoryMappedFiles;
using System.Text;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>
/// A worker's present input, in a file that outlives the process: what overflows the stack or kills the process in native code
/// can be read there.
/// </summary>
internal sealed unsafe class InFlight : IDisposable
{
    public const int MostBytes = 1 << 20;
    private const int NameBytes = 64;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    public InFlight(string folder, int worker)
    {
        Path = System.IO.Path.Combine(folder, $"in-flight-{Environment.ProcessId}-{worker}.bin");
        _file = MemoryMappedFile.CreateFromFile(Path, FileMode.Create, null, NameBytes + sizeof(int) + MostBytes);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <summary>The file: the reader's name in 64 bytes, the input's length in 4, the input.</summary>
    public string Path { get; }

    public void Note(string reader, ReadOnlySpan<byte> input)
    {
        var name = new Span<byte>(_start, NameBytes);
        name.Clear();
        Encoding.UTF8.GetBytes(reader, name);
        *(int*)(_start + NameBytes) = input.Length;
        input.CopyTo(new Span<byte>(_start + NameBytes + sizeof(int), MostBytes));
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        File.Delete(Path);
    }
}
