namespace SeqGan.Endurance.Fuzzing;

/// <summary>A component's state, as a checkpoint has it: weights, moments and counters, some of which go to native code.</summary>
internal sealed class ComponentStateReader : FuzzReader
{
    private readonly ICheckpointable _component;
    private readonly byte[] _seed;

    /// <param name="name">The reader's name.</param>
    /// <param name="create">Makes the component.</param>
    /// <param name="train">Makes its optimizers have a state.</param>
    /// <param name="mutations">What is done to its states; null for states that are files of tensors.</param>
    public ComponentStateReader(string name, Func<ICheckpointable> create, Action<ICheckpointable> train,
        IReadOnlyList<Mutation>? mutations = null)
    {
        Name = name;
        Mutations = mutations ?? SafetensorsMutations.All;
        _component = create();
        byte[] fresh = State();
        train(_component);
        _seed = State();
        Seeds = [fresh, _seed];
    }

    public override string Name { get; }

    public override IReadOnlyList<byte[]> Seeds { get; }

    public override IReadOnlyList<Mutation> Mutations { get; }

    public override int Turn => 16;

    public override int Read(byte[] input)
    {
        _component.RestoreState(new MemoryStream(input), 1);
        byte[] state = State();
        _component.RestoreState(new MemoryStream(state), 1);
        Require(State().AsSpan().SequenceEqual(state), "a state that was saved is another one when it is restored");
        return Magnitude(state.Length);
    }

    public override bool IsRefusal(Exception error) => error is InvalidDataException;

    private byte[] State()
    {
        using var stream = new MemoryStream();
        _component.SaveState(stream);
        return stream.ToArray();
    }
}
