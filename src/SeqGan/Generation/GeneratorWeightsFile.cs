namespace SeqGan;
internal static class GeneratorWeightsFile
{
    public static void Save(RecurrentNetwork network, string path) => throw new NotSupportedException(path + network);
    public static void Load(RecurrentNetwork network, string path) => throw new NotSupportedException(path + network);
}
