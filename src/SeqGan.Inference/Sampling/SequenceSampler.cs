using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace SeqGan;

/// <summary>Samples sequences from a trained generator, completes prefixes and scores sequences, in managed code alone.</summary>
/// <remarks>
/// Thread-safe: any number of callers at a time share the policy and a pool of scratch memory. Tokens depend on the policy and on what is
/// asked for, never on threads, on the processor or on how a job is cut into calls. So do log-probabilities, except their last bit: the
/// logarithm is the C library's, which may differ between processors and systems.
/// </remarks>
/// <example>
/// <code>
/// var sampler = new SequenceSampler(CompiledPolicy.Load("names.model.safetensors"));
/// foreach (string name in sampler.Generate(10, new SamplingOptions { Seed = 7, Temperature = 0.8 }))
///     Console.WriteLine(name);
/// </code>
/// </example>
public sealed partial class SequenceSampler
{
    // What a block of a stream holds at most, so that the first sequences come soon and memory stays small.
    private const int StreamedRows = 256, StreamedTokens = 1_000_000;

    private readonly Kernels _kernels;
    private readonly int _threads;

    // Without a lock, unlike a bag: callers never wait for each other.
    private readonly ConcurrentStack<DecodingWorker> _workers = [];

    /// <summary>Creates a sampler.</summary>
    /// <param name="policy">What to sample from.</param>
    /// <param name="maxThreads">The most threads that one call uses; 0 means one for each processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxThreads"/> is negative.</exception>
    public SequenceSampler(CompiledPolicy policy, int maxThreads = 0)
        : this(policy, maxThreads, Kernels.Best)
    {
    }

    internal SequenceSampler(CompiledPolicy policy, int maxThreads, Kernels kernels)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentOutOfRangeException.ThrowIfNegative(maxThreads);
        Policy = policy;
        _threads = maxThreads == 0 ? Environment.ProcessorCount : maxThreads;
        _kernels = kernels;
    }

    /// <summary>What is sampled from.</summary>
    public CompiledPolicy Policy { get; }

    /// <summary>Samples sequences.</summary>
    /// <returns>
    /// [count, <see cref="SequenceFormat.MaxLength"/>]: each sequence, then padding. A sequence has at most
    /// <see cref="SequenceFormat.MaxLengthWithoutEnd"/> tokens and its end token; one that did not end within that limit has no end token
    /// (<see cref="SequenceFormat.HasEnded"/>).
    /// </returns>
    /// <inheritdoc cref="Complete(ReadOnlySpan{int}, int, SamplingOptions?, CancellationToken)"/>
    public SequenceBuffer Sample(int count, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Complete([], count, options, cancellationToken);

    /// <summary>Completes a prefix a number of times.</summary>
    /// <param name="prefix">
    /// The tokens that each sequence begins with, at most <see cref="SequenceFormat.MaxLengthWithoutEnd"/>; the unknown token may be among
    /// them. A complete sequence is copied.
    /// </param>
    /// <param name="count">How many; at least 0.</param>
    /// <param name="options">How tokens are drawn; the default options where null.</param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    /// <returns>[count, <see cref="SequenceFormat.MaxLength"/>].</returns>
    /// <exception cref="ArgumentException">
    /// The count or an option is out of range, the model has no such label, the prefix is too long, or it has a token that is outside the
    /// vocabulary, is the padding token, or follows the end token, or the constraint is of another format.
    /// </exception>
    /// <exception cref="ConstraintException">
    /// The prefix breaks the constraint, or the constraint failed or allows no token after some prefix.
    /// </exception>
    /// <exception cref="InvalidOperationException">The options refine, and the policy has no discriminator.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public SequenceBuffer Complete(
        ReadOnlySpan<int> prefix, int count, SamplingOptions? options = null, CancellationToken cancellationToken = default) =>
        Draws(Check(prefix, count, ref options), options, cancellationToken)(count, cancellationToken);

    /// <summary>Samples sequences, or completes a prefix, and returns them while later ones are being made.</summary>
    /// <returns>The sequences of <c>Complete</c>, in the same order, without padding.</returns>
    /// <inheritdoc cref="Complete(ReadOnlySpan{int}, int, SamplingOptions?, CancellationToken)"/>
    public IAsyncEnumerable<int[]> StreamAsync(
        int count, SamplingOptions? options = null, ReadOnlyMemory<int> prefix = default, CancellationToken cancellationToken = default) =>
        StreamChecked(Check(prefix.Span, count, ref options), count, options, cancellationToken);

    /// <summary>Samples sequences, or completes a text, and joins their tokens.</summary>
    /// <param name="count">How many; at least 0.</param>
    /// <param name="options">How tokens are drawn; the default options where null.</param>
    /// <param name="prefix">
    /// The text that each sequence begins with; none where empty. Its letters may be composed or decomposed if the policy
    /// <see cref="CompiledPolicy.NormalizesText"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the sampling.</param>
    /// <returns>
    /// Texts of at most <see cref="SequenceFormat.MaxLengthWithoutEnd"/> tokens; if the model has no vocabulary, the ids with a space
    /// between them.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The count or an option is out of range, or the prefix is too long or has a token that the vocabulary lacks.
    /// </exception>
    /// <exception cref="ConstraintException">
    /// The prefix breaks the constraint, or the constraint failed or allows no token after some prefix.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model has a vocabulary but no tokenizer to join or cut its tokens with.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<string> Generate(
        int count, SamplingOptions? options = null, string prefix = "", CancellationToken cancellationToken = default)
    {
        SequenceBuffer made = Complete(Encode(prefix), count, options, cancellationToken);
        return [.. Enumerable.Range(0, made.Count).Select(row => Decode(made.Row(row)[..made.LengthOf(row)]))];
    }

    /// <summary>As <see cref="Generate"/>, but returns texts while later ones are being made.</summary>
    /// <inheritdoc cref="Generate"/>
    public IAsyncEnumerable<string> GenerateAsync(
        int count, SamplingOptions? options = null, string prefix = "", CancellationToken cancellationToken = default) =>
        DecodeAsync(StreamAsync(count, options, Encode(prefix), cancellationToken), cancellationToken);

    /// <summary>The log-probability of each token of given sequences, given the tokens before it.</summary>
    /// <param name="sequences">Sequences, [Count, Length], with Length at most the maximum length.</param>
    /// <param name="destination">Receives natural logarithms, at most 0, [Count, Length] in row-major order; 0 at padding.</param>
    /// <param name="temperature">Divides the logits; positive and finite.</param>
    /// <param name="constraint">
    /// Probabilities are those among the tokens that it allows and that can be generated; another token has minus infinity, and so have
    /// those after it. Null, the default, takes all tokens that data can have, the unknown token among them; for the probabilities of what
    /// is sampled without a constraint, give <see cref="TokenConstraint.KnownTokens"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels; the destination is then unspecified.</param>
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary or is the padding token, a length does not fit, a label is missing, the temperature is out of
    /// range, or the constraint is of another format.
    /// </exception>
    /// <exception cref="ConstraintException">The constraint failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void LogProbabilities(
        TokenBatch sequences, Memory<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
        CancellationToken cancellationToken = default)
    {
        new SamplingOptions { Temperature = temperature }.ThrowIfInvalid(nameof(temperature));
        Policy.Format.ThrowIfInvalid(sequences);
        long needed = (long)sequences.Count * sequences.Length;
        if (destination.Length < needed)
        {
            throw new ArgumentException(
                $"{sequences.Count} sequences of {sequences.Length} columns need {needed} values; there is room for {destination.Length}.",
                nameof(destination));
        }

        var guard = ConstraintGuard.For(constraint, Policy.Format, nameof(constraint), Policy.Vocabulary);
        var job = new ScoringJob(Policy, _kernels, sequences, destination, temperature, isGenerated: constraint is not null, guard);
        Run(job.CountPieces(_threads), job.Run, cancellationToken);
    }

    /// <summary>Makes completions; the arguments are valid.</summary>
    internal void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, ReadOnlyMemory<int> labels, RandomKey key, int firstRow,
        SamplingOptions options, SequenceBuffer destination, CancellationToken cancellationToken)
    {
        var job = new DecodingJob(Policy, _kernels, sequences, completions, labels, key, firstRow, options, destination);
        Run(job.CountPieces(_threads), job.Run, cancellationToken);
    }

    /// <summary>
    /// Feeds sequences, and writes to what the network reads before each token, [Count, Length], its own tokens in place of theirs except
    /// with the probability of truth; the arguments are valid. If cancelled, the inputs are unspecified.
    /// </summary>
    internal void Feed(TokenBatch sequences, long[] inputs, double truth, RandomKey key, CancellationToken cancellationToken)
    {
        var job = new FeedingJob(Policy, _kernels, sequences, inputs, truth, key);
        Run(job.CountPieces(_threads), job.Run, cancellationToken);
    }

    /// <summary>
    /// Writes the pooled hidden states of sequences, [Count, <see cref="PoolingJob.SizeOf"/>]; the arguments are valid. Zeros if there are
    /// no tokens. If cancelled, the destination is unspecified.
    /// </summary>
    internal void PoolStates(
        TokenBatch sequences, Memory<float> destination, CancellationToken cancellationToken, bool readsStart = true)
    {
        if (sequences.Count == 0)
            return;
        destination.Span.Clear();
        var job = new PoolingJob(Policy, sequences, destination, readsStart);
        Run(job.CountPieces(_threads), job.Run, cancellationToken);
    }

    /// <summary>Rejects invalid arguments, and uses the default options if there are none.</summary>
    /// <returns>A copy of the prefix.</returns>
    private int[] Check(ReadOnlySpan<int> prefix, int count, [NotNull] ref SamplingOptions? options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        options = (options ?? new SamplingOptions()).WithSeed();
        options.ThrowIfInvalid(nameof(options));
        if (options.Refine > 1 && !Policy.HasDiscriminator)
            throw NoDiscriminator();
        if (options.Label is { } label)
            _ = IndexOf(label);
        if (options.Constraint is { } constraint && ConstraintGuard.DescribeOtherFormat(constraint, Policy.Format) is { } difference)
            throw new ArgumentException(difference, nameof(options));
        Policy.Format.ThrowIfInvalidBeginning(prefix, nameof(prefix));
        return prefix.ToArray();
    }

    private int IndexOf(string label) => Policy.Labels is { } labels
        ? labels.IndexOf(label)
        : throw new ArgumentException($"The label '{label}' was asked for, but the model has no labels.", nameof(label));

    /// <summary>The labels of some rows; none if the model has none.</summary>
    private int[] Labels(int firstRow, int count, SamplingOptions options, RandomKey key)
    {
        if (Policy.Labels is not { } labels)
            return [];
        if (options.Label is null)
            return labels.Draw(count, key with { Purpose = RandomPurpose.Labels }, firstRow);
        return [.. Enumerable.Repeat(IndexOf(options.Label), count)];
    }

    /// <summary>What makes the next sequences of a stream of completions.</summary>
    private Func<int, CancellationToken, SequenceBuffer> Draws(
        int[] prefix, SamplingOptions options, CancellationToken cancellationToken)
    {
        if (options.Refine > 1)
            return new RefinedDraws(this, prefix, options, PilotLogOdds(prefix, options, cancellationToken)).Next;
        var key = new RandomKey(options.Seed!.Value, RandomPurpose.Sampling);
        int made = 0;
        return (count, token) =>
        {
            SequenceBuffer drawn = Draw(prefix, made, count, key, options, default, token);
            drawn.LimitRows();
            made += count;
            return drawn;
        };
    }

    private SequenceBuffer Draw(
        int[] prefix, int firstRow, int count, RandomKey key, SamplingOptions options, Memory<float> pools,
        CancellationToken cancellationToken)
    {
        var destination = new SequenceBuffer(Policy.Format, count);
        Completion[] completions = [.. Enumerable.Range(0, count).Select(row => new Completion(row, prefix.Length, 0))];
        int[] labels = Labels(firstRow, count, options, key);
        var sequences = new TokenBatch(prefix, 1, prefix.Length);
        var job = new DecodingJob(Policy, _kernels, sequences, completions, labels, key, firstRow, options, destination, pools);
        Run(job.CountPieces(_threads), job.Run, cancellationToken);
        return destination;
    }

    private async IAsyncEnumerable<int[]> StreamChecked(
        int[] prefix, int count, SamplingOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int rows = Math.Clamp(StreamedTokens / Policy.Format.MaxLength, 1, StreamedRows);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Func<int, CancellationToken, SequenceBuffer>? draws = null;
        Task<SequenceBuffer> next = Start(0);
        try
        {
            bool isLast = false;
            for (int first = 0; !isLast; first += rows)
            {
                SequenceBuffer made = await next.ConfigureAwait(false);
                isLast = count - first <= rows;
                if (!isLast)
                    next = Start(first + rows);
                for (int row = 0; row < made.Count; row++)
                    yield return made.Row(row)[..made.LengthOf(row)].ToArray();
            }
        }
        finally
        {
            // A caller that stops early leaves a block in progress: stop it and wait for it.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<SequenceBuffer> Start(int first) => Task.Run(() => DrawBlock(Math.Min(rows, count - first)), cancellationToken);

        SequenceBuffer DrawBlock(int blockCount)
        {
            try
            {
                draws ??= Draws(prefix, options, stop.Token);
                return draws(blockCount, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // Callers look for their own token.
                cancellationToken.ThrowIfCancellationRequested();
                throw;
            }
        }
    }

    private async IAsyncEnumerable<string> DecodeAsync(
        IAsyncEnumerable<int[]> sequences, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (int[] sequence in sequences.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return Decode(sequence);
    }

    private void Run(int pieces, Action<int, int, DecodingWorker, CancellationToken> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_threads == 1 || pieces == 1)
        {
            for (int piece = 0; piece < pieces; piece++)
                RunPiece(piece);
            return;
        }

        try
        {
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken };
            Parallel.For(0, pieces, parallel, RunPiece);
        }
        catch (AggregateException errors)
        {
            // The same exception as from a single thread.
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }

        void RunPiece(int piece)
        {
            if (!_workers.TryPop(out DecodingWorker? worker))
                worker = new DecodingWorker(Policy, _kernels);
            run(piece, pieces, worker, cancellationToken);
            _workers.Push(worker);
        }
    }

    /// <summary>The tokens of a text that sequences may begin with, for <c>Complete</c> and <c>StreamAsync</c>; none where empty.</summary>
    /// <exception cref="ArgumentException">The vocabulary lacks a token of it, or the model has no vocabulary.</exception>
    /// <exception cref="InvalidOperationException">The model has a vocabulary but no tokenizer.</exception>
    public int[] Encode(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length == 0)
            return [];
        if (Policy.Vocabulary is not { } vocabulary)
            throw new ArgumentException("The model has no vocabulary to encode a text with; complete token ids.", nameof(prefix));
        string text = Policy.NormalizesText ? ComposedText.Of(prefix) : prefix;
        return vocabulary.EncodePrefix(text, TokenizerOrThrow(), nameof(prefix));
    }

    /// <summary>The text of a sequence, with or without its end token but without padding.</summary>
    /// <returns>The joined tokens; if the model has no vocabulary, the ids with a space between them.</returns>
    /// <exception cref="InvalidOperationException">The model has a vocabulary but no tokenizer.</exception>
    public string Decode(ReadOnlySpan<int> sequence)
    {
        if (sequence.Length > 0 && sequence[^1] == Policy.Format.EndToken)
            sequence = sequence[..^1];
        int[] ids = sequence.ToArray();
        return Policy.Vocabulary is { } vocabulary
            ? TokenizerOrThrow().Join(ids.Select(vocabulary.GetToken))
            : string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));
    }

    private ITokenizer TokenizerOrThrow() => Policy.Tokenizer ?? throw new InvalidOperationException(
        "The model was trained with a tokenizer of one's own, which its file cannot hold: pass it to CompiledPolicy.Load.");
}
