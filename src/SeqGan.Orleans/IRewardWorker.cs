namespace SeqGan.Orleans;

/// <summary>A silo's work on rewards; its key is the silo's address, so that there is one on each.</summary>
[Alias("SeqGan.IRewardWorker")]
internal interface IRewardWorker : IGrainWithStringKey
{
    /// <summary>What the silo can do.</summary>
    [Alias("Describe")]
    Task<WorkerDescription> DescribeAsync(DescribeRequest request);

    /// <summary>Takes a part of weights; false if it cannot use them, and needs them whole.</summary>
    [Alias("Store")]
    Task<bool> StoreAsync(WeightsChunk chunk);

    /// <summary>Does a piece, unless that is cancelled.</summary>
    [Alias("Run")]
    [ResponseTimeout("1.00:00:00")]
    Task<PieceResult> RunAsync(Piece piece, CancellationToken cancellationToken);

    /// <summary>Forgets a training that has ended.</summary>
    [Alias("Forget")]
    Task ForgetAsync(Guid training);
}
