namespace SeqGan.Orleans;

/// <summary>Completes prefixes on a cluster, as a <see cref="MonteCarloRollout"/> does in this process, bit for bit.</summary>
internal sealed class ClusterRollout(MonteCarloRollout inner, RewardCluster cluster, ClusterScorer? scorer, ITokenConstraint? constraint)
    : IRollout, ICompositeComponent, IDisposable
{
    private readonly byte[]? _constraint = constraint is null ? null : ConstraintFile.Write(constraint);

    public SequenceFormat Format => inner.Format;

    // A checkpoint is the same with a cluster and without.
    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => ((ICompositeComponent)inner).Parts;

    public async ValueTask CompleteAsync(
        TokenBatch sequences, RolloutRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        bool isValid = request is { SamplesPerPrefix: > 0, PrefixesPerSequence: null or > 0 };
        bool isLocal = constraint is not null && _constraint is null;
        if (isLocal || !isValid || request.CountCompletions(sequences) == 0 || WeightsFile.Write(inner) is not { } weights)
        {
            await inner.CompleteAsync(sequences, request, destination, cancellationToken).ConfigureAwait(false);
            return;
        }

        Format.ThrowIfInvalid(sequences);
        cancellationToken.ThrowIfCancellationRequested();
        cluster.Policy.Set(weights);
        if (_constraint is not null)
            cluster.Constraint.Set(_constraint);
        bool scores = scorer is { IsUsed: true } && scorer.TryShare();
        List<TokenBatch> parts = await SplitAsync(sequences, request, cancellationToken).ConfigureAwait(false);
        Piece[] pieces = new Piece[parts.Count];
        for (int index = 0, row = 0; index < pieces.Length; row += parts[index++].Count)
        {
            pieces[index] = cluster.NewPiece(parts[index], Format) with
            {
                Policy = cluster.Policy.Version,
                Constraint = _constraint is null ? null : cluster.Constraint.Version,
                Discriminator = scores ? cluster.Discriminator.Version : null,
                Seed = request.Key.Seed,
                Purpose = (int)request.Key.Purpose,
                Step = request.Key.Step,
                FirstRow = request.FirstRow + row,
                SamplesPerPrefix = request.SamplesPerPrefix,
                PrefixesPerSequence = request.PrefixesPerSequence,
            };
        }

        PieceResult[] results;
        try
        {
            results = await cluster.RunAsync(pieces, cancellationToken).ConfigureAwait(false);
        }
        catch (RewardClusterException error) when (cluster.Options.FallsBackToLocal)
        {
            cluster.LogLocal(error);
            await inner.CompleteAsync(sequences, request, destination, cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (ConstraintException)
        {
            // It says where, when it happens here.
            await inner.CompleteAsync(sequences, request, destination, cancellationToken).ConfigureAwait(false);
            return;
        }

        Collect(sequences, request, parts, results, destination);
        if (scores)
            scorer!.Remember(destination.AsBatch(), sequences, request.FirstRow == 0, parts.Zip(results));
    }

    public void ResetPolicy() => inner.ResetPolicy();

    public void UpdatePolicy() => inner.UpdatePolicy();

    public void Dispose() => inner.Dispose();

    private async ValueTask<List<TokenBatch>> SplitAsync(TokenBatch sequences, RolloutRequest request, CancellationToken cancellationToken)
    {
        double[] completions = new double[sequences.Count];
        for (int row = 0; row < completions.Length; row++)
            completions[row] = request.PrefixesOf(sequences, row).Count();
        return await cluster.SplitAsync(sequences, completions, scorer: null, cancellationToken).ConfigureAwait(false);
    }

    private void Collect(
        TokenBatch sequences, RolloutRequest request, List<TokenBatch> parts, PieceResult[] results, SequenceBuffer destination)
    {
        Completion[] completions = MonteCarloRollout.CompletionsOf(sequences, request);
        destination.Reset(completions.Length);
        int next = 0, firstRow = 0;
        for (int index = 0; index < results.Length; firstRow += parts[index++].Count)
        {
            int end = firstRow + parts[index].Count;
            int[] prefixes =
                [.. completions.Skip(next).TakeWhile(completion => completion.Row < end).Select(completion => completion.PrefixLength)];
            TokenBatch suffixes;
            try
            {
                suffixes = PackedSequences.Unpack(results[index].Completions ?? [], Format, int.MaxValue, prefixes);
            }
            catch (FormatException error)
            {
                throw new RewardClusterException($"A silo's completions are not valid: {error.Message}", error);
            }

            for (int i = 0; i < prefixes.Length; i++, next++)
            {
                Completion completion = completions[next];
                Span<int> row = destination.Row(next);
                suffixes[i].CopyTo(row);
                sequences[completion.Row][..completion.PrefixLength].CopyTo(row);
                destination.SetLength(next, suffixes.LengthOf(i));
                if (!sequences.Labels.IsEmpty)
                    destination.Labels[next] = sequences.Labels.Span[completion.Row];
            }
        }

        if (next != completions.Length)
            throw new RewardClusterException($"The silos made {next} completions of {completions.Length}.");
    }
}
