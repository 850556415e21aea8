using SeqGan.Generation;
using SeqGan.Models;
using SeqGan.Training;
using SeqGan;

namespace Levers;

/// <summary>One row of the table: a name, and the options that it sets.</summary>
internal sealed record Lever(string Name, Action<SeqGanOptions> Configure)
{
    private static Action<SeqGanOptions> Plain { get; } = options => options.Generator.HiddenSize = 128;

    // A rate that falls can begin higher.
    private static Action<SeqGanOptions> Schedule { get; } = options =>
    {
        options.Generator.LearningRate = 0.01;
        (options.Training.LearningRateSchedule, options.Training.WarmupShare) = (LearningRateSchedule.Cosine, 0.05);
    };

    private static Action<SeqGanOptions> Decay { get; } = options => options.Generator.WeightDecay = 0.1;

    private static Action<SeqGanOptions> Dropout { get; } = options => options.Generator.Dropout = 0.1;

    private static Action<SeqGanOptions> Averaging { get; } = options => options.Generator.WeightAveraging = 0.999;

    private static Action<SeqGanOptions> Gru { get; } = options => options.Generator.Network = GeneratorNetwork.Gru;

    private static Action<SeqGanOptions> TwoLayers { get; } = options => options.Generator.Layers = 2;

    private static Action<SeqGanOptions> Wide { get; } = options => options.Generator.HiddenSize = 192;

    private static Action<SeqGanOptions> Transformer { get; } = options =>
    {
        options.Generator.Network = GeneratorNetwork.Transformer;
        (options.Generator.Layers, options.Generator.HiddenSize, options.Generator.Heads) = (4, 64, 4);
        options.Generator.LearningRate = 0.003;
    };

    /// <summary>Each lever up to averaging is added to those before it; what follows has schedule, decay and dropout.</summary>
    public static IReadOnlyList<Lever> All { get; } =
    [
        new("plain", Plain),
        new("+ schedule, from twice the rate", Plain + Schedule),
        new("+ weight decay", Plain + Schedule + Decay),
        new("+ dropout", Plain + Schedule + Decay + Dropout),
        new("+ averaging", Plain + Schedule + Decay + Dropout + Averaging),
        new("LSTM, 2 layers", Plain + Schedule + Decay + Dropout + TwoLayers),
        new("GRU", Plain + Schedule + Decay + Dropout + Gru),
        new("GRU, 2 layers", Plain + Schedule + Decay + Dropout + Gru + TwoLayers),
        new("GRU, 2 layers of 192", Plain + Schedule + Decay + Dropout + Gru + TwoLayers + Wide),
        new("Transformer, 4 layers of 64", Plain + Schedule + Decay + Dropout + Transformer),
    ];
}
