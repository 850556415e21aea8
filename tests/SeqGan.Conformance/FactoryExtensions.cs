namespace SeqGan.Conformance;

/// <summary>Runs a check's body on a fresh instance.</summary>
internal static class FactoryExtensions
{
    public static void With<T>(this Func<T> factory, Action<T> body)
        where T : class
    {
        using var instance = new Instance<T>(factory);
        body(instance.Value);
    }
}
