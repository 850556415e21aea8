namespace SeqGan.Tool;

/// <summary>Standard output takes no results: it is full or closed. That is no bad input, whatever the command does.</summary>
internal sealed class OutputException(Exception cause) : Exception($"The results cannot be written to standard output: {cause.Message}", cause);
