using Microsoft.Extensions.Logging;

namespace SeqGan.Tests.Checkpoints;

/// <summary>Makes one logger, which keeps what is logged.</summary>
internal sealed class RecordingFactory : ILoggerFactory
{
    public RecordingLogger Logger { get; } = new();

    public ILogger CreateLogger(string categoryName) => Logger;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
