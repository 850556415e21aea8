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

    /// <summary>Takes an answer to a piece, which some bytes of weights were sent for.</summary>
    public static void Record(SiloAddress address, Piece piece, PieceResult result, long weightsBytes, ClusterStatistics? statistics)
    {
        KeyValuePair<string, object?> silo = new(SiloTag, address.ToString());
        long sent = weightsBytes + piece.Rows.Length + (piece.Texts?.Sum(Encoding.UTF8.GetByteCount) ?? 0);
        long received = (result.Completions?.Length ?? 0) + (4L * (result.Scores?.Length ?? 0));
        bool isDone = result.Status == PieceStatus.Done;
        s_pieces.Add(1, silo, new(StatusTag, result.Status.ToString()));
        s_sent.Add(sent, silo);
        s_received.Add(received, silo);
        if (isDone)
        {
            s_queued.Record(result.Queued.TotalSeconds, silo);
            s_computed.Record(result.Computed.TotalSeconds, silo);
        }

        statistics?.Add(address, before => before with
        {
            Pieces = before.Pieces + (isDone ? 1 : 0),
            Retries = before.Retries + (isDone ? 0 : 1),
            Sent = before.Sent + sent,
            Received = before.Received + received,
            Queued = before.Queued + result.Queued,
            Computed = before.Computed + result.Computed,
        });
    }

    /// <summary>Counts a piece to which a silo gave no answer.</summary>
    public static void RecordFailure(SiloAddress address, ClusterStatistics? statistics)
    {
        s_pieces.Add(1, new(SiloTag, address.ToString()), new(StatusTag, "Failed"));
        statistics?.Add(address, before => before with { Retries = before.Retries + 1 });
    }
}
