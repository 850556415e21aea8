using System.Threading.Channels;

namespace SeqGan.Orleans;

/// <summary>Lets one caller at a time in. It has nothing to dispose.</summary>
internal sealed class Turn
{
    private readonly Channel<bool> _free = Channel.CreateBounded<bool>(1);

    public Turn() => Release();

    /// <summary>Waits for the turn.</summary>
    public async ValueTask TakeAsync(CancellationToken cancellationToken = default) =>
        await _free.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the turn if nobody has it.</summary>
    public bool TryTake() => _free.Reader.TryRead(out _);

    public void Release() => _free.Writer.TryWrite(true);
}
