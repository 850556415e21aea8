using System.Runtime.InteropServices;

namespace SeqGan.Tests;

/// <summary>A correct rollout over a bigram policy, with one flaw on demand.</summary>
internal sealed class BigramRollout(SequenceFormat format, RolloutFlaw flaw = RolloutFlaw.None) : IRollout, IDisposable
{
    private readonly BigramGenerator _generator = new(format);
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private IRolloutPolicy? _policy;
    private uint _calls;

    public SequenceFormat Format => format;

    private IRolloutPolicy Policy => _policy ??= _generator.CreateRolloutPolicy();

    public ValueTask CompleteAsync(TokenBatch sequences, RolloutRequest request, SequenceBuffer destination,
        CancellationToken cancellationToken = default)
    {
        if (flaw == RolloutFlaw.NeedsItsThread && Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("Another thread.");
        if (flaw != RolloutFlaw.TakesAnySamples)
            ArgumentOutOfRangeException.ThrowIfLessThan(request.SamplesPerPrefix, 1, nameof(request));
        if (flaw == RolloutFlaw.WrapsTokens)
        {
            int[] wrapped = [.. sequences.Tokens.ToArray().Select(token => (int)((uint)token % (uint)format.VocabularySize))];
            sequences = new TokenBatch(wrapped, sequences.Count, sequences.Length, sequences.Lengths);
        }

        _calls++;
        RandomKey key = flaw == RolloutFlaw.UsesGlobalState ? request.Key with { Step = _calls } : request.Key;
        Policy.Complete(
            sequences,
            Completions(sequences, request),
            key,
            flaw == RolloutFlaw.IgnoresFirstRow ? 0 : request.FirstRow,
            destination,
            flaw == RolloutFlaw.IgnoresCancellation ? CancellationToken.None : cancellationToken);
        if (flaw == RolloutFlaw.RunsPastTheEnd)
        {
            for (int row = 0; row < destination.Count; row++)
                destination.SetLength(row, format.MaxLength);
        }

        if (flaw == RolloutFlaw.ChangesBatch)
            MemoryMarshal.AsMemory(sequences.Tokens).Span.Clear();
        return ValueTask.CompletedTask;
    }

    public void ResetPolicy()
    {
        if (flaw == RolloutFlaw.CannotReset)
            throw new NotSupportedException("Constant.");
        Policy.MoveTowardGenerator(0);
    }

    public void UpdatePolicy()
    {
        if (flaw == RolloutFlaw.CannotUpdate)
            throw new NotSupportedException("Constant.");
        Policy.MoveTowardGenerator(0.8);
    }

    public void Dispose()
    {
        _policy?.Dispose();
        _generator.Dispose();
    }

    private Completion[] Completions(TokenBatch sequences, RolloutRequest request)
    {
        var completions = new List<Completion>();
        for (int row = 0; row < sequences.Count; row++)
        {
            int length = sequences.LengthOf(row);
            IEnumerable<int> prefixes = flaw switch
            {
                RolloutFlaw.ForgetsLastPrefix => request.PrefixesOf(sequences, row).Where(prefix => prefix < length - 1),
                RolloutFlaw.CompletesWholeSequences => request.PrefixesOf(sequences, row).Append(length),
                RolloutFlaw.CompletesAllPrefixes => Enumerable.Range(1, Math.Max(0, length - 1)),
                _ => request.PrefixesOf(sequences, row),
            };
            foreach (int prefix in prefixes)
            {
                for (int sample = 0; sample < request.SamplesPerPrefix; sample++)
                    completions.Add(new Completion(row, prefix, flaw == RolloutFlaw.IgnoresSample ? 0 : sample));
            }
        }

        return flaw == RolloutFlaw.SamplesBeforePrefixes
            ? [.. completions.OrderBy(completion => completion.Sample)]
            : [.. completions];
    }
}
