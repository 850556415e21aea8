namespace SeqGan.Discrimination;

/// <summary>
/// Convolutions over embedded tokens and their max-over-time pooling, on the CPU, with a backward pass that follows the one window which
/// the pooling chose: a small part of what the convolutions' own would compute.
/// </summary>
internal sealed class PooledConvolution : autograd.SingleTensorFunction<PooledConvolution>
{
    private const string Pooling = "pooling";

    public override string Name => nameof(PooledConvolution);

    /// <summary>Token ids [batch, length] to the largest value of each filter, [batch, features].</summary>
    public static Tensor Apply(Tensor tokens, Embedding embedding, IList<Conv1d> convolutions) => apply(
        [tokens, embedding.weight!, .. convolutions.Select(layer => layer.weight!), .. convolutions.Select(layer => layer.bias!)]);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        BackwardFailure.Watch(ctx);
        using var scope = NewDisposeScope();
        Tensor[] inputs = [.. vars.Cast<Tensor>()];
        int count = (inputs.Length - 2) / 2;
        Tensor embedded = inputs[1].index_select(0, inputs[0].view(-1)).view(inputs[0].shape[0], inputs[0].shape[1], -1);
        Tensor columns = embedded.transpose(1, 2).contiguous();
        var pooled = new (Tensor Values, Tensor Windows)[count];
        for (int index = 0; index < count; index++)
            pooled[index] = nn.functional.conv1d(columns, inputs[2 + index], inputs[2 + count + index]).max(2);
        Tensor windows = cat([.. pooled.Select(pool => pool.Windows)], 1);
        ctx.save_data(Pooling, new ChosenWindows(inputs[0], embedded, (int)inputs[1].shape[0], inputs[2..(2 + count)], windows));
        return cat([.. pooled.Select(pool => pool.Values)], 1).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var windows = (ChosenWindows)ctx.get_data(Pooling);
        return BackwardFailure.Guard(ctx, windows.Inputs, () => [null!, .. windows.Backward(grad_output)]);
    }
}

/// <summary>The windows that max-over-time pooling chose, and the gradients of what went into them.</summary>
/// <remarks>
/// Made of tokens [batch, length], their embeddings [batch, length, size] of so many, the convolutions' weights, each [filters, size,
/// width], which must live until the backward pass, and the first positions of the chosen windows, [batch, features]. Each thread has
/// filters, or sequences, to itself, and adds in one order: the bits do not depend on the number of threads.
/// </remarks>
internal sealed unsafe class ChosenWindows(Tensor tokens, Tensor embedded, int vocabulary, Tensor[] filters, Tensor windows)
{
    private const int FiltersPerUnit = 8;

    // Sequences whose embedded tokens stay in the cache while a thread's filters pass over them.
    private const int SequencesPerBlock = 32;

    // Sequences whose gradients stay in the cache while all filters pass over them.
    private const int SequencesPerUnit = 4;

    private readonly int _batch = (int)embedded.shape[0], _length = (int)embedded.shape[1], _size = (int)embedded.shape[2];
    private readonly int _features = (int)windows.shape[1];

    // Scopes of the forward pass end before the backward pass.
    private readonly Tensor _tokens = tokens.contiguous().DetachFromDisposeScope();
    private readonly Tensor _embedded = embedded.contiguous().DetachFromDisposeScope();
    private readonly Tensor _windows = windows.contiguous().DetachFromDisposeScope();

    /// <summary>How many tensors went in: the tokens and those that have a gradient.</summary>
    public int Inputs => 2 + 2 * filters.Length;

    /// <summary>The gradients of the embedding, of each convolution's weight and of each convolution's bias. To be called once.</summary>
    /// <param name="gradient">That of the pooled values, [batch, features].</param>
    public IEnumerable<Tensor> Backward(Tensor gradient)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using Tensor tokens = _tokens, embedded = _embedded, windows = _windows;
        gradient = gradient.contiguous();
        Tensor cells = zeros(_batch, _length, _size, dtype: ScalarType.Float32, device: CPU);
        Tensor[] weights = [.. filters.Select(filter => filter.permute(0, 2, 1).contiguous())];
        Tensor[] filterGradients = [.. weights.Select(filter => zeros_like(filter))];
        AddToFilters(gradient, filterGradients);
        AddToCells(gradient, weights, cells);
        Tensor[] biases = gradient.sum([0L]).split([.. filters.Select(filter => filter.shape[0])]);
        Tensor[] gradients = [EmbeddingGradient(cells), .. filterGradients.Select(filter => filter.permute(0, 2, 1)), .. biases];
        return [.. gradients.Select(result => result.MoveToOuterDisposeScope())];
    }

    private void AddToFilters(Tensor gradient, Tensor[] filterGradients)
    {
        float* g = TensorMemory.Of(gradient), embedded = TensorMemory.Of(_embedded);
        long* windows = TensorMemory.OfIntegers(_windows);
        (nint Memory, int Count)[] targets = Locate(filterGradients);
        Workload.Run((_features + FiltersPerUnit - 1) / FiltersPerUnit, Workload.IsWorthThreads(Operations(targets)), unit =>
        {
            for (int first = 0; first < _batch; first += SequencesPerBlock)
            {
                for (int feature = unit * FiltersPerUnit; feature < Math.Min(_features, (unit + 1) * FiltersPerUnit); feature++)
                    AddToFilter((float*)targets[feature].Memory, targets[feature].Count, feature, g, embedded, windows, first);
            }
        });
    }

    private void AddToFilter(float* target, int count, int feature, float* gradient, float* embedded, long* windows, int first)
    {
        for (int row = first; row < Math.Min(_batch, first + SequencesPerBlock); row++)
        {
            int cell = row * _features + feature;
            Kernels.Best.AddScaled(embedded + (row * _length + windows[cell]) * _size, gradient[cell], target, count);
        }
    }

    private void AddToCells(Tensor gradient, Tensor[] filters, Tensor cells)
    {
        float* g = TensorMemory.Of(gradient), target = TensorMemory.Of(cells);
        long* windows = TensorMemory.OfIntegers(_windows);
        (nint Memory, int Count)[] sources = Locate(filters);
        Workload.Run((_batch + SequencesPerUnit - 1) / SequencesPerUnit, Workload.IsWorthThreads(Operations(sources)), unit =>
        {
            for (int feature = 0; feature < _features; feature++)
            {
                for (int row = unit * SequencesPerUnit; row < Math.Min(_batch, (unit + 1) * SequencesPerUnit); row++)
                {
                    int cell = row * _features + feature;
                    (nint filter, int count) = sources[feature];
                    Kernels.Best.AddScaled((float*)filter, g[cell], target + (row * _length + windows[cell]) * _size, count);
                }
            }
        });
    }

    private Tensor EmbeddingGradient(Tensor cells)
    {
        Tensor gradient = zeros(vocabulary, _size, dtype: ScalarType.Float32, device: CPU);
        float* source = TensorMemory.Of(cells), target = TensorMemory.Of(gradient);
        long* tokens = TensorMemory.OfIntegers(_tokens);
        for (int cell = 0; cell < _batch * _length; cell++)
            Kernels.Best.AddScaled(source + (long)cell * _size, 1, target + tokens[cell] * _size, _size);
        return gradient;
    }

    /// <summary>Where each feature's filter is, and how many numbers it has.</summary>
    private (nint Memory, int Count)[] Locate(Tensor[] filters)
    {
        var located = new List<(nint, int)>(_features);
        foreach (Tensor filter in filters)
        {
            int count = (int)(filter.shape[1] * filter.shape[2]);
            float* memory = TensorMemory.Of(filter);
            for (int index = 0; index < filter.shape[0]; index++)
                located.Add(((nint)(memory + (long)index * count), count));
        }

        return [.. located];
    }

    private long Operations((nint Memory, int Count)[] filters) => _batch * filters.Sum(filter => (long)filter.Count);
}
