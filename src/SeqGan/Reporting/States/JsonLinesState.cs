namespace SeqGan;

/// <summary>The state of a <see cref="JsonLinesObserver"/>.</summary>
/// <param name="Length">The bytes of the file.</param>
/// <param name="Tail">A checksum of the last of them, by which the file is known again.</param>
/// <param name="Last">The last report that was written; null before the first.</param>
internal sealed record JsonLinesState(long Length, string Tail, ReportKey? Last);
