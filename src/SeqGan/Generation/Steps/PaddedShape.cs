using static TorchSharp.torch;

namespace SeqGan;

/// <summary>
/// How a weight of PyTorch's shape is laid out for vectors: each gate's rows and all columns are padded with zeros. A vector of
/// gates is a matrix with a row a gate.
/// </summary>
internal readonly record struct PaddedShape(int Gates, int Rows, int Columns)
{
    /// <summary>The rows of a gate; those of a single one need no padding.</summary>
    public int PaddedRows => Gates == 1 ? Rows : PanelKernel.Padded(Rows);

    public int PaddedColumns => PanelKernel.Padded(Columns);

    public int AllRows => Gates * PaddedRows;

    public long Length => (long)AllRows * PaddedColumns;

    public bool IsPadded => PaddedRows != Rows || PaddedColumns != Columns;

    public static PaddedShape OfMatrix(Tensor weight, int gates) => new(gates, (int)(weight.shape[0] / gates), (int)weight.shape[1]);

    public static PaddedShape OfVector(Tensor weight, int gates) => new(1, gates, (int)(weight.shape[0] / gates));

    /// <summary>Where a padded row is in the weight; -1 for one that only pads.</summary>
    public int Source(int paddedRow) => paddedRow % PaddedRows < Rows ? paddedRow / PaddedRows * Rows + paddedRow % PaddedRows : -1;
}
