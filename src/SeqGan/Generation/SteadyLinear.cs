namespace SeqGan.Generation;

/// <summary>
/// A matrix product whose rows have the same bits at any place and beside any other rows. libtorch's are, except those with few
/// rows or few columns: columns are therefore padded with zeros here, and callers bring enough rows.
/// </summary>
internal static class SteadyLinear
{
    public const int MinimumRows = 16;

    private const int MinimumColumns = 16;

    /// <summary>input [rows, k] times weight [columns, k] transposed, plus bias [columns] if there is one.</summary>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias = null)
    {
        long columns = weight.shape[0], missing = MinimumColumns - columns;
        if (missing <= 0)
            return nn.functional.linear(input, weight, bias);
        using var scope = NewDisposeScope();
        Tensor wide = nn.functional.linear(
            input,
            cat([weight, zeros(missing, weight.shape[1], device: weight.device)], 0),
            bias is null ? null : cat([bias, zeros(missing, device: bias.device)], 0));
        return wide.narrow(-1, 0, columns).contiguous().MoveToOuterDisposeScope();
    }
}
