using System.Collections.Concurrent;

namespace SeqGan.Orleans;

/// <summary>The silos that a trainer knows of: it looks for them, and asks each once what it can do. Thread-safe.</summary>
internal sealed partial class KnownSilos(IClusterClient client, OrleansRewardOptions options, string[] scorers, ILogger logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    // The question may have gone to a silo that was killed: it is asked again.
    private static readonly TimeSpan FindTimeout = TimeSpan.FromSeconds(5), DescribeTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<SiloAddress, RewardSilo> _silos = new();
    private readonly Turn _find = new();
    private long _refreshed = long.MinValue / 2;
    private Task _refresh = Task.CompletedTask;

    public IEnumerable<RewardSilo> All => _silos.Values;

    /// <summary>What went wrong last.</summary>
    public Trouble Trouble { get; set; } = Trouble.None;

    /// <summary>Why no silo works, for a piece that a scorer is asked for, or none.</summary>
    public Trouble FindTrouble(string? scorer)
    {
        WorkerDescription[] described =
            [.. _silos.Values.Select(silo => silo.Description).OfType<WorkerDescription>().Where(silo => silo.Refusal is null)];
        if (described.Length > 0 && !described.Any(silo => silo.Has(scorer)))
            return new Trouble($"no silo has a scorer '{scorer}' in its container");
        return Trouble == Trouble.None && described.Length > 0 && described.All(silo => silo.ConcurrentPieces == 0)
            ? new Trouble($"all silos have {nameof(RewardWorkerOptions)}.{nameof(RewardWorkerOptions.ConcurrentPieces)} 0") : Trouble;
    }

    /// <summary>Looks for silos, in the background where one can work already or nobody waits for one.</summary>
    /// <remarks>What hangs, because a silo was killed, keeps nothing else waiting.</remarks>
    public async ValueTask RefreshAsync(bool waits, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task refresh;
            lock (_find)
            {
                if (Environment.TickCount64 - _refreshed >= options.RefreshInterval.TotalMilliseconds)
                {
                    _refreshed = Environment.TickCount64;
                    _refresh = Task.Run(RefreshAsync, CancellationToken.None);
                }

                refresh = _refresh;
            }

            if (refresh.IsCompleted || !waits
                || _silos.Values.Any(silo => silo is { Rests: false, Description: { Refusal: null, ConcurrentPieces: > 0 } }))
            {
                return;
            }

            await Task.WhenAny(refresh, Task.Delay(Poll, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task RefreshAsync()
    {
        // Those that are known answer meanwhile.
        Task known = DescribeAllAsync();
        if (_find.TryTake())
        {
            try
            {
                await FindSilosAsync().ConfigureAwait(false);
            }
            finally
            {
                _find.Release();
            }
        }

        await DescribeAllAsync().ConfigureAwait(false);
        await known.ConfigureAwait(false);

        Task DescribeAllAsync() =>
            Task.WhenAll(_silos.Values.Where(silo => silo is { Description: null, Rests: false }).Select(DescribeAsync));
    }

    private async Task FindSilosAsync()
    {
        try
        {
            Dictionary<SiloAddress, SiloStatus> hosts = await client.GetGrain<IManagementGrain>(0)
                .GetHosts(onlyActive: true).WaitAsync(FindTimeout).ConfigureAwait(false);
            foreach (SiloAddress gone in _silos.Keys.Except(hosts.Keys))
                _silos.TryRemove(gone, out _);
            foreach (SiloAddress address in hosts.Keys)
            {
                _silos.GetOrAdd(address, _ => new RewardSilo(
                    address, client.GetGrain<IRewardWorker>(address.ToParsableString()), options.SiloTimeout / 4));
            }

            if (hosts.Count == 0)
                Trouble = new Trouble("the cluster has no active silo");
        }
        catch (Exception error)
        {
            Trouble = new Trouble($"the cluster did not answer: {error.Message}", error);
        }
    }

    private async Task DescribeAsync(RewardSilo silo)
    {
        if (!silo.Describing.TryTake())
            return;
        long began = Environment.TickCount64;
        try
        {
            var request = new DescribeRequest(Protocol.Version, Protocol.Packages, scorers);
            WorkerDescription description = await silo.Worker.DescribeAsync(request).WaitAsync(DescribeTimeout).ConfigureAwait(false);
            silo.Description = description;
            if (description.Refusal is not { } refusal)
                return;
            Trouble = new Trouble($"silo {silo.Address} refused: {refusal}");
            LogSiloRefused(logger, silo.Address.ToString(), refusal);
        }
        catch (Exception error)
        {
            silo.Fail(began);
            Trouble = new Trouble($"silo {silo.Address} did not answer: {error.Message}", error);
        }
        finally
        {
            silo.Describing.Release();
        }
    }

    [LoggerMessage(2, LogLevel.Warning, "Silo {Silo} cannot work for this training: {Problem}")]
    private static partial void LogSiloRefused(ILogger logger, string silo, string problem);
}

/// <summary>Why no silo works.</summary>
internal sealed record Trouble(string Problem, Exception? Error = null)
{
    public static Trouble None { get; } = new("no silo that works on pieces answered");
}
