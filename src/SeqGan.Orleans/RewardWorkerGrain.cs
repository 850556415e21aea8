using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace SeqGan.Orleans;

/// <summary>Hands what a trainer sends to the silo's <see cref="RewardWorker"/>, which works on other threads.</summary>
[Reentrant]
[OnSiloOfKey]
internal sealed class RewardWorkerGrain(RewardWorker worker) : Grain, IRewardWorker
{
    public Task<WorkerDescription> DescribeAsync(DescribeRequest request) => Task.FromResult(worker.Describe(request));

    public Task<bool> StoreAsync(WeightsChunk chunk) => Task.Run(() => worker.StoreAsync(chunk));

    public Task<PieceResult> RunAsync(Piece piece, CancellationToken cancellationToken) =>
        Task.Run(() => worker.RunAsync(piece, cancellationToken), CancellationToken.None);

    public Task ForgetAsync(Guid training)
    {
        worker.Forget(training);
        return Task.CompletedTask;
    }
}

/// <summary>Places a grain on the silo whose address is its key.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnSiloOfKeyAttribute() : PlacementAttribute(new OnSiloOfKey());

/// <summary>The strategy of <see cref="OnSiloOfKeyAttribute"/>.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking]
internal sealed class OnSiloOfKey : PlacementStrategy;

/// <summary>Finds the silo of <see cref="OnSiloOfKey"/>.</summary>
internal sealed class OnSiloOfKeyDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        string key = target.GrainIdentity.Key.ToString()!;
        SiloAddress? found = context.GetCompatibleSilos(target).FirstOrDefault(silo => silo.ToParsableString() == key);
        return found is null
            ? Task.FromException<SiloAddress>(new SiloUnavailableException($"Silo {key} is not in the cluster, or has no rewards."))
            : Task.FromResult(found);
    }
}
