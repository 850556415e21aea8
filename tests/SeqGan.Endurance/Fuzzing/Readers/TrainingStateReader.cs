namespace SeqGan.Endurance.Fuzzing;

/// <summary>A training's position, as a checkpoint has it.</summary>
internal sealed class TrainingStateReader : FuzzReader
{
    public override string Name => "training-state";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Written(new TrainingState()),
        Written(new TrainingState
        {
            Phase = TrainingPhase.Adversarial,
            Round = 3,
            Shuffles = 5,
            Baseline = [0.5, double.NaN],
            Patience = PatienceState.Initial,
            Evaluations = new Dictionary<string, double> { ["nll_test"] = 2 },
            EarlyStopping = [new EarlyStoppingState { Metric = "nll_test" }],
        }),
    ];

    public override IReadOnlyList<Mutation> Mutations { get; } = [.. JsonMutations.All, .. JsonMutations.All, .. TextMutations.All];

    public override int Turn => 64;

    public override int Read(byte[] input)
    {
        TrainingState state = TrainingStateFile.Read(new MemoryStream(input));
        return (Magnitude(state.Baseline.Count) << 16) | (Magnitude(state.Evaluations.Count) << 8) | (state.EarlyStopping.Count & 255);
    }

    public override bool IsRefusal(Exception error) => error is InvalidDataException;

    private static byte[] Written(TrainingState state)
    {
        using var stream = new MemoryStream();
        TrainingStateFile.Write(stream, state);
        return stream.ToArray();
    }
}
