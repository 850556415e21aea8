namespace SeqGan.Optimization;

/// <summary>A component's state as safetensors: written without a copy, restored as a whole or not at all.</summary>
/// <param name="component">What messages call the component.</param>
/// <param name="facts">Facts about the component that the values do not show; a state must have the same ones.</param>
/// <param name="values">The state's parts; names differ.</param>
internal sealed class ComponentState(string component, IReadOnlyDictionary<string, string> facts, IReadOnlyList<StateValue> values)
{
    private const int Version = 1;

    private readonly Dictionary<string, StateValue> _values = values.ToDictionary(value => value.Name, StringComparer.Ordinal);

    /// <summary>Writes the state; the same state is the same bytes.</summary>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        StateValue[] present = [.. _values.Values.Where(value => value.IsPresent)];
        var placed = SafetensorsWriter.Place([.. present.Select(value => (value.Name, value.Type, value.Shape))]);
        SafetensorsWriter.WriteHeader(destination, placed, facts);
        foreach (StateValue value in present)
            value.Write(destination);
    }

    /// <summary>Restores what <see cref="Save"/> of this version wrote.</summary>
    /// <exception cref="InvalidDataException">It is not a state of this component; nothing was changed.</exception>
    public void Restore(Stream source, int version)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (version != Version)
            throw new InvalidDataException($"The state of the {component} has version {version}; only {Version} can be read.");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        try
        {
            foreach (Action change in Read(source))
                change();
        }
        catch (Exception error) when (error is InvalidWeightsException or EndOfStreamException)
        {
            throw new InvalidDataException($"The state of the {component} cannot be used: {error.Message}", error);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"The state does not fit the {component}: {error.Message}", error);
        }
    }

    private List<Action> Read(Stream source)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        List<SafetensorsTensor> stored = SafetensorsFile.ReadHeader(source, component, metadata);
        foreach ((string fact, string value) in facts)
        {
            if (metadata.GetValueOrDefault(fact) is var other && other != value)
                throw new InvalidDataException($"its {fact} is {(other is null ? "not given" : $"'{other}'")}; it must be '{value}'.");
        }

        if (stored.Find(tensor => !_values.ContainsKey(tensor.Name)) is { } superfluous)
            throw new InvalidDataException($"it has '{superfluous.Name}', which this component does not have.");
        StateValue[] absent = [.. _values.Values.ExceptBy(stored.Select(tensor => tensor.Name), value => value.Name)];
        if (Array.Find(absent, value => !value.MayBeAbsent) is { } missing)
            throw new InvalidDataException($"'{missing.Name}' is missing.");
        // Before anything is read: memory is allocated for what this component has, never for what a header says.
        foreach (SafetensorsTensor tensor in stored)
            CheckKind(tensor, _values[tensor.Name]);
        return
        [
            .. stored.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End).Select(tensor => _values[tensor.Name].Read(source)),
            .. absent.Select(value => (Action)value.Clear),
        ];
    }

    private static void CheckKind(SafetensorsTensor tensor, StateValue value)
    {
        string actual = Describe(tensor.Type, tensor.Shape), expected = Describe(value.Type, value.Shape);
        if (actual != expected)
            throw new InvalidDataException($"'{tensor.Name}' is {actual}; it must be {expected}.");

        static string Describe(SafetensorsType type, long[] shape) => $"{type.Name} [{string.Join(", ", shape)}]";
    }
}
