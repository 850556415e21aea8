using System.Runtime.Intrinsics;

namespace SeqGan.Optimization;

/// <summary>
/// Adam (Kingma, Ba 2015) with decoupled weight decay (Loshchilov, Hutter 2019), in one pass over the memory; libtorch's takes about ten.
/// </summary>
/// <remarks>TorchSharp's Adam does the step if a tensor is not in this process's memory. The number of threads changes no bit.</remarks>
internal sealed unsafe class OnePassAdam : Adam
{
    private const int BlockElements = 1 << 14;

    private readonly Parameter[] _parameters;
    private readonly HashSet<nint> _sparse;
    private readonly double _weightDecay;

    /// <summary>
    /// A row without gradient of a sparse parameter, [rows, columns], does not change, as in PyTorch's SparseAdam. Each step multiplies
    /// every matrix by 1 - learning rate x decay; biases do not decay.
    /// </summary>
    public OnePassAdam(
        IEnumerable<Parameter> parameters, double learningRate, IEnumerable<Parameter>? sparse = null, double weightDecay = 0)
        : base([.. parameters], learningRate)
    {
        _weightDecay = weightDecay;
        _parameters = [.. this.parameters()];
        // Compared by memory: a module returns another wrapper of the same weight each time.
        HashSet<nint> memory = [.. (sparse ?? []).Where(TensorMemory.IsPlain).Select(Address)];
        _sparse = [.. _parameters.Where(TensorMemory.IsPlain).Where(parameter => memory.Contains(Address(parameter)))
            .Select(parameter => parameter.Handle)];
    }

    /// <inheritdoc />
    public override Tensor step(Func<Tensor>? closure = null)
    {
        using var grad = enable_grad();
        Tensor? loss = closure?.Invoke();
        Step(1);
        return loss!;
    }

    /// <summary>One step with the gradients times a scale. If this class does the step, the gradients themselves do not change.</summary>
    public void Step(double gradientScale)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        (Parameter Parameter, Tensor Gradient)[] updated =
            [.. from parameter in _parameters let gradient = parameter.grad where gradient is not null select (parameter, gradient)];
        if (Array.TrueForAll(updated, IsPlain))
        {
            var options = (Options)_parameter_groups[0].Options;
            foreach ((Parameter parameter, _) in updated)
                ((State)_state[parameter.Handle]).step++;
            Update([.. from entry in updated
                       let handle = entry.Parameter.Handle
                       select new Slot(
                           entry.Parameter, entry.Gradient, (State)_state[handle],
                           new Rates(options, ((State)_state[handle]).step, gradientScale, DecayOf(entry.Parameter)),
                           _sparse.Contains(handle))]);
            return;
        }

        Gradients.Scale(_parameters, gradientScale);
        foreach ((Parameter parameter, _) in updated.Where(entry => DecayOf(entry.Parameter) > 0))
        {
            using Scalar kept = 1 - ((Options)_parameter_groups[0].Options).LearningRate!.Value * _weightDecay;
            parameter.mul_(kept);
        }

        base.step();
    }

    private double DecayOf(Parameter parameter) => parameter.dim() > 1 ? _weightDecay : 0;

    private bool IsPlain((Parameter Parameter, Tensor Gradient) updated) =>
        TensorMemory.IsPlain(updated.Parameter) && TensorMemory.IsPlain(updated.Gradient)
        && _state[updated.Parameter.Handle] is State state && TensorMemory.IsPlain(state.exp_avg) && TensorMemory.IsPlain(state.exp_avg_sq);

    private static nint Address(Parameter parameter) => (nint)TensorMemory.Of(parameter);

    private static void Update(Slot[] slots)
    {
        (int Array, int Start, int Length)[] blocks =
            Workload.Cut([.. slots.Select(slot => slot.Length)], array => slots[array].BlockLength);
        Workload.Run(blocks.Length, Workload.IsWorthThreads(slots.Sum(slot => (long)slot.Length)), i =>
        {
            (int array, int start, int length) = blocks[i];
            Slot slot = slots[array];
            if (!slot.IsSparse)
                Update(slot, start, length, slot.Rates);
            for (int row = start; slot.IsSparse && row < start + length; row += slot.Columns)
            {
                if (new ReadOnlySpan<float>(slot.Gradient + row, slot.Columns).ContainsAnyExcept(0f))
                    Update(slot, row, slot.Columns, slot.Rates);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Update(Slot slot, int start, int length, Rates rates)
    {
        float* weight = slot.Weight + start, gradient = slot.Gradient + start, mean = slot.Mean + start, square = slot.Square + start;
        int i = 0;
        for (; i <= length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> g = Vector256.Load(gradient + i) * rates.GradientScale;
            Vector256<float> m = Vector256.Load(mean + i) * rates.MeanDecay + g * rates.MeanShare;
            Vector256<float> v = Vector256.Load(square + i) * rates.SquareDecay + g * g * rates.SquareShare;
            m.Store(mean + i);
            v.Store(square + i);
            Vector256<float> deviation = Vector256.Sqrt(v) * rates.DeviationScale + Vector256.Create(rates.Epsilon);
            (Vector256.Load(weight + i) * rates.Kept - m * rates.Step / deviation).Store(weight + i);
        }

        for (; i < length; i++)
        {
            float g = gradient[i] * rates.GradientScale;
            float m = mean[i] = mean[i] * rates.MeanDecay + g * rates.MeanShare;
            float v = square[i] = square[i] * rates.SquareDecay + g * g * rates.SquareShare;
            weight[i] = weight[i] * rates.Kept - m * rates.Step / (MathF.Sqrt(v) * rates.DeviationScale + rates.Epsilon);
        }
    }

    /// <summary>The factors of one parameter's update, its bias corrections among them.</summary>
    private readonly struct Rates(Options options, long step, double gradientScale, double weightDecay)
    {
        public readonly float GradientScale = (float)gradientScale;
        public readonly float MeanDecay = (float)options.beta1!.Value;
        public readonly float MeanShare = (float)(1 - options.beta1.Value);
        public readonly float SquareDecay = (float)options.beta2!.Value;
        public readonly float SquareShare = (float)(1 - options.beta2.Value);
        public readonly float DeviationScale = (float)(1 / Math.Sqrt(1 - Math.Pow(options.beta2.Value, step)));
        public readonly float Epsilon = (float)options.eps!.Value;
        public readonly float Kept = (float)(1 - options.LearningRate!.Value * weightDecay);
        public readonly float Step = (float)(options.LearningRate.Value / (1 - Math.Pow(options.beta1.Value, step)));
    }

    /// <summary>A parameter's factors of a step, and where the parameter, its gradient and its moments lie.</summary>
    private sealed class Slot(Parameter parameter, Tensor gradient, State state, Rates rates, bool isSparse)
    {
        public readonly Rates Rates = rates;
        public readonly bool IsSparse = isSparse;
        public readonly int Length = (int)parameter.NumberOfElements;
        public readonly int Columns = isSparse ? (int)parameter.shape[1] : 1;
        public readonly float* Weight = TensorMemory.Of(parameter);
        public readonly float* Gradient = TensorMemory.Of(gradient);
        public readonly float* Mean = TensorMemory.Of(state.exp_avg);
        public readonly float* Square = TensorMemory.Of(state.exp_avg_sq);

        // Whole rows.
        public int BlockLength => Math.Max(BlockElements / Columns, 1) * Columns;
    }
}
