using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// A matrix product whose rows are the same bits wherever they stand and whatever the other rows are. libtorch's products are,
/// but for those with few rows or few columns, which take other code paths; columns are therefore padded with zeros here, and
/// callers bring enough rows.
/// </summary>
internal static class SteadyLinear
{
    public const int MinimumRows = 16;

    private const int MinimumColumns = 16;

    /// <summary>input [rows, k] times weight [columns, k] transposed, plus bias [columns].</summary>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor bias)
    {
        long columns = weight.shape[0];
        if (columns >= MinimumColumns)
            return nn.functional.linear(input, weight, bias);
        using var scope = NewDisposeScope();
        long missing = MinimumColumns - columns;
        Tensor wide = nn.functional.linear(
            input,
            cat([weight, zeros(missing, weight.shape[1], device: weight.device)], 0),
            cat([bias, zeros(missing, device: bias.device)], 0));
        return wide.narrow(1, 0, columns).contiguous().MoveToOuterDisposeScope();
    }
}
