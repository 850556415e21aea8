using System.Reflection;

namespace SeqGan.Optimization;

/// <summary>The state of a TorchSharp optimizer: the moments and step counts of each of its parameters.</summary>
internal static class OptimizerValues
{
    // Bias corrections use counts as floating-point numbers, which cannot tell larger ones apart.
    private const long MaximumSteps = 1L << 52;

    // Means of squares, sums of squares, largest magnitudes and sizes of steps.
    private static readonly HashSet<string> s_nonNegative =
        new(StringComparer.Ordinal) { "exp_avg_sq", "max_exp_avg_sq", "square_avg", "sum", "acc_delta", "exp_inf", "step_size" };

    /// <summary>The name of the algorithm.</summary>
    /// <exception cref="NotSupportedException">The optimizer keeps a state that cannot be read.</exception>
    public static string NameOf(optim.Optimizer optimizer)
    {
        Type type = optimizer is OnePassAdam ? typeof(Adam) : optimizer.GetType();
        return optimizer is OptimizerHelper && type.Assembly == typeof(OptimizerHelper).Assembly
            ? type.Name
            : throw new NotSupportedException(
                $"The optimizer {type.Name} keeps a state that cannot be read, so it cannot be saved; "
                + $"use one of TorchSharp's other than {nameof(LBFGS)}.");
    }

    /// <summary>An optimizer's values, named <c>prefix.field.parameter</c>; the parameters' names are given by their handles.</summary>
    /// <exception cref="NotSupportedException">The optimizer keeps a state that cannot be read.</exception>
    public static IEnumerable<StateValue> Of(optim.Optimizer optimizer, IReadOnlyDictionary<nint, string> parameters, string prefix)
    {
        _ = NameOf(optimizer);
        var helper = (OptimizerHelper)optimizer;
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach ((Parameter parameter, OptimizerState state) in helper.parameters().Zip(helper.state_dict().State))
        {
            // Parameters that are not the component's own are named by their number.
            string name = parameters.GetValueOrDefault(parameter.Handle) ?? $"#{named.Count}";
            if (!named.Add(name))
                continue;
            foreach (FieldInfo field in state.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public))
            {
                if (ValueOf(state, field, parameter, $"{prefix}.{field.Name}.{name}") is { } value)
                    yield return value;
            }
        }
    }

    private static StateValue? ValueOf(OptimizerState state, FieldInfo field, Parameter parameter, string name)
    {
        if (field.FieldType == typeof(long))
            return new StateNumber<long>(name, () => (long)field.GetValue(state)!, value => field.SetValue(state, value), MaximumSteps);
        if (field.FieldType == typeof(double))
            return new StateNumber<double>(
                name, () => (double)field.GetValue(state)!, value => field.SetValue(state, value), double.MaxValue);
        if (field.FieldType != typeof(Tensor))
            throw new NotSupportedException($"{state.GetType()}.{field.Name} is a {field.FieldType.Name}, which cannot be saved.");
        if (state is SGD.State)
            return new LazyStateTensor(name, parameter, () => (Tensor?)field.GetValue(state), value => field.SetValue(state, value));
        StateRange range = s_nonNegative.Contains(field.Name) ? StateRange.NonNegative : StateRange.Finite;
        return field.GetValue(state) is Tensor tensor ? new StateTensor(name, tensor, range) : null;
    }
}
