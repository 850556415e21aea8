namespace SeqGan;
internal static class DelimitedReader
{
    public static IEnumerable<SourceText> Read(string path, string? name, int index, DelimitedFileOptions options, int maxLength) => throw new NotSupportedException(path + name + index + options + maxLength);
}
