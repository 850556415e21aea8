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

    public static void Record(SiloAddress address, Piece piece, PieceResult result, long weightsBytes)
    {
        var silo = new KeyValuePair<string, object?>(SiloTag, address.ToString());
        s_pieces.Add(1, silo, new(StatusTag, result.Status.ToString()));
        s_sent.Add(weightsBytes + piece.Rows.Length + (piece.Texts?.Sum(Encoding.UTF8.GetByteCount) ?? 0), silo);
        s_received.Add((result.Completions?.Length ?? 0) + (4L * (result.Scores?.Length ?? 0)), silo);
        if (result.Status != PieceStatus.Done)
            return;
        s_queued.Record(result.Queued.TotalSeconds, silo);
        s_computed.Record(result.Computed.TotalSeconds, silo);
    }
}
