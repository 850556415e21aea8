namespace SeqGan.Conformance;

/// <summary>Runs checks one after another and keeps what each found, so that one failure hides no other.</summary>
internal sealed class CheckRunner(string contract, CancellationToken cancellationToken)
{
    private readonly List<ConformanceCheck> _checks = [];

    public CancellationToken CancellationToken => cancellationToken;

    public ConformanceReport Report => new(contract, _checks);

    public void Check(string promise, Action body) =>
        CheckAsync(promise, () =>
        {
            body();
            return Task.CompletedTask;
        }).GetAwaiter().GetResult();

    public async Task CheckAsync(string promise, Func<Task> body)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await body().ConfigureAwait(false);
            _checks.Add(new ConformanceCheck(promise, true, ""));
        }
        catch (BrokenPromiseException broken)
        {
            _checks.Add(new ConformanceCheck(promise, false, broken.Message));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            _checks.Add(new ConformanceCheck(promise, false, $"It threw {exception.GetType().Name}: {exception.Message}", exception));
        }
    }
}
