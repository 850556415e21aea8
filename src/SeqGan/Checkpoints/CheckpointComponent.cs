namespace SeqGan.Checkpoints;

/// <summary>A component of a training, which may have a state.</summary>
/// <param name="Name">Its name in checkpoints, such as <c>generator</c>.</param>
/// <param name="Value">The component; <see cref="ICheckpointable"/> if it has a state that can be saved.</param>
/// <param name="IsReward">Whether it changes while rewards are estimated.</param>
/// <param name="IsObserver">Whether it changes while a report is made.</param>
internal readonly record struct CheckpointComponent(string Name, object Value, bool IsReward = false, bool IsObserver = false)
{
    private static readonly string[] s_ownAssemblies =
        ["SeqGan", "SeqGan.Inference", "SeqGan.Orleans", "SeqGan.Tokenizers", "SeqGan.Reporting"];

    /// <summary>Whether it may have a state that cannot be saved. SeqGan's own components have none, or save it.</summary>
    public bool IsUnknown =>
        Value is not (ICheckpointable or ICompositeComponent) && !s_ownAssemblies.Contains(Value.GetType().Assembly.GetName().Name);

    // Models change in steps of their own.
    private bool IsModel => Value is IGenerator or IDiscriminator or IRollout or IRolloutPolicy;

    /// <summary>Components with their parts and the parts of these, each once, under distinct names.</summary>
    public static IReadOnlyList<CheckpointComponent> WithParts(IEnumerable<CheckpointComponent> components)
    {
        var all = new List<CheckpointComponent>();
        var indices = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var visited = new HashSet<(int Index, bool IsReward, bool IsObserver)>();
        foreach (CheckpointComponent component in components)
            Add(component);
        return all;

        // A model's parts have the roles that the model itself does not take.
        void Add(CheckpointComponent component)
        {
            if (!indices.TryGetValue(component.Value, out int index))
            {
                string name = component.Name;
                for (int number = 2; !names.Add(name); number++)
                    name = $"{component.Name}-{number}";
                indices.Add(component.Value, index = all.Count);
                all.Add(component with { Name = name, IsReward = false, IsObserver = false });
            }

            if (!visited.Add((index, component.IsReward, component.IsObserver)))
                return;
            CheckpointComponent known = all[index];
            bool isReward = known.IsReward || component.IsReward, isObserver = known.IsObserver || component.IsObserver;
            if (!component.IsModel)
                all[index] = known with { IsReward = isReward, IsObserver = isObserver };
            foreach ((string part, object value) in (component.Value as ICompositeComponent)?.Parts ?? [])
                Add(component with { Name = $"{known.Name}-{part}", Value = value });
        }
    }
}
