namespace SeqGan.Conformance;

/// <summary>A fresh instance for one check, disposed after it where it can be.</summary>
internal sealed class Instance<T> : IAsyncDisposable, IDisposable
    where T : class
{
    public Instance(Func<T> factory) => Value = factory() ?? throw new InvalidOperationException("The factory returned null.");

    public T Value { get; }

    public async ValueTask DisposeAsync()
    {
        if (Value is IAsyncDisposable disposable)
            await disposable.DisposeAsync().ConfigureAwait(false);
        else
            Dispose();
    }

    public void Dispose() => (Value as IDisposable)?.Dispose();
}
