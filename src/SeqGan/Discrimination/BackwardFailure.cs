namespace SeqGan.Discrimination;

/// <summary>What went wrong in managed backward passes. In the native code that calls them, an exception would end the process.</summary>
/// <remarks>Covers the forward passes of the thread that created it until disposed; their backward passes may run on any thread.</remarks>
internal sealed class BackwardFailure : IDisposable
{
    private const string Key = "failure";

    [ThreadStatic]
    private static BackwardFailure? s_current;

    private readonly BackwardFailure? _outer = s_current;

    public BackwardFailure() => s_current = this;

    /// <summary>The first exception; null if there was none.</summary>
    public Exception? Error { get; private set; }

    /// <summary>To be called in the forward pass of a function whose backward pass is guarded.</summary>
    public static void Watch(autograd.AutogradContext context)
    {
        if (s_current is { } current)
            context.save_data(Key, current);
    }

    /// <summary>Runs a backward pass, one gradient for each input; gives no gradients if it fails and somebody watches.</summary>
    public static List<Tensor> Guard(autograd.AutogradContext context, int inputs, Func<List<Tensor>> backward)
    {
        try
        {
            return backward();
        }
        catch (Exception error) when (context.get_data(Key) is BackwardFailure failure)
        {
            failure.Error ??= error;
            return [.. new Tensor[inputs]];
        }
    }

    public void Dispose() => s_current = _outer;
}
