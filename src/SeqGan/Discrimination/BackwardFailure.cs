namespace SeqGan.Discrimination;

/// <summary>
/// What went wrong in backward passes written in managed code. Native code calls them, which an exception must not reach: it would end the
/// process.
/// </summary>
/// <remarks>
/// Forward passes on the thread that created it belong to it until it is disposed; their backward passes may run on any thread.
/// </remarks>
internal sealed class BackwardFailure : IDisposable
{
    private const string Key = "failure";

    [ThreadStatic]
    private static BackwardFailure? s_current;

    private readonly BackwardFailure? _outer = s_current;

    public BackwardFailure() => s_current = this;

    /// <summary>The first exception; null where there was none.</summary>
    public Exception? Error { get; private set; }

    /// <summary>To be called in the forward pass of a function whose backward pass is guarded.</summary>
    public static void Watch(autograd.AutogradContext context)
    {
        if (s_current is { } current)
            context.save_data(Key, current);
    }

    /// <summary>Does a backward pass; gives no gradients where it fails and somebody watches.</summary>
    /// <param name="context">That of the forward pass.</param>
    /// <param name="inputs">The number of the function's inputs.</param>
    /// <param name="backward">Computes one gradient an input.</param>
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
