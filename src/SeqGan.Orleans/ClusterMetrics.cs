using System.Diagnostics.Metrics;
using System.Text;

namespace SeqGan.Orleans;

/// <summary>What the cluster does for trainers, in the meter <c>SeqGan.Orleans</c>.</summary>
internal static class ClusterMetrics
{
    public const string MeterName = "SeqGan.Orleans";

    private const string SiloTag = "seqgan.silo", StatusTag = "seqgan.status";

    private static readonly Meter s_meter = new(MeterName);
    private static readonly Counter<long> s_pieces = s_meter.CreateCounter<long>("seqgan.cluster.pieces", "{piece}", "Answers to pieces.");
    private static readonly Counter<long> s_sent =
        s_meter.CreateCounter<long>("seqgan.cluster.sent", "By", "Bytes of pieces and weights that were sent.");
    private static readonly Counter<long> s_received =
        s_meter.CreateCounter<long>("seqgan.cluster.received", "By", "Bytes of results.");
    private static readonly Histogram<double> s_queued =
        s_meter.CreateHistogram<double>("seqgan.cluster.queued", "s", "How long a piece waited on its silo.");
    private static readonly Histogram<double> s_computed =
        s_meter.CreateHistogram<double>("seqgan.cluster.computed", "s", "How long a silo worked on a piece.");

    /// <summary>Counts bytes that go to a silo.</summary>
    public static void RecordSent(SiloAddress address, long bytes, ClusterStatistics? statistics)
    {
        s_sent.Add(bytes, new KeyValuePair<string, object?>(SiloTag, address.ToString()));
        statistics?.Add(address, before => before with { Sent = before.Sent + bytes });
    }

    /// <summary>The bytes of a piece, but for a few numbers.</summary>
    public static long SizeOf(Piece piece) => piece.Rows.Length + (piece.Texts?.Sum(text => (long)Encoding.UTF8.GetByteCount(text)) ?? 0);

    /// <summary>Takes an answer to a piece.</summary>
    public static void Record(SiloAddress address, PieceResult result, ClusterStatistics? statistics)
    {
        KeyValuePair<string, object?> silo = new(SiloTag, address.ToString());
        long received = (result.Completions?.Length ?? 0) + (4L * (result.Scores?.Length ?? 0));
        s_pieces.Add(1, silo, new(StatusTag, result.Status.ToString()));
        s_received.Add(received, silo);
        if (result.Status == PieceStatus.Done)
        {
            s_queued.Record(result.Queued.TotalSeconds, silo);
            s_computed.Record(result.Computed.TotalSeconds, silo);
            statistics?.Add(address, before => before with
            {
                Pieces = before.Pieces + 1,
                Received = before.Received + received,
                Queued = before.Queued + result.Queued,
                Computed = before.Computed + result.Computed,
            });
        }
        else if (result.Status is PieceStatus.Busy or PieceStatus.Unable or PieceStatus.MissingWeights)
        {
            statistics?.Add(address, before => before with { Retries = before.Retries + 1 });
        }
    }

    /// <summary>Counts a piece to which a silo gave no answer.</summary>
    public static void RecordFailure(SiloAddress address, ClusterStatistics? statistics)
    {
        s_pieces.Add(1, new(SiloTag, address.ToString()), new(StatusTag, "Failed"));
        statistics?.Add(address, before => before with { Retries = before.Retries + 1 });
    }
}
