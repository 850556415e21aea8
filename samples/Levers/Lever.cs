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

    // A larger network has more to leave out.
    private static Action<SeqGanOptions> Wide { get; } = options =>
        (options.Generator.Layers, options.Generator.HiddenSize, options.Generator.Dropout) = (2, 192, 0.2);

    private static Action<SeqGanOptions> Transformer { get; } = options =>
    {
        options.Generator.Network = GeneratorNetwork.Transformer;
        (options.Generator.Layers, options.Generator.HiddenSize, options.Generator.Heads) = (4, 64, 4);
        options.Generator.LearningRate = 0.003;
    };

    private static Action<SeqGanOptions> Regularised { get; } = Plain + Schedule + Decay + Dropout;

    /// <summary>Each lever up to averaging is added to those before it; what follows has schedule, decay and dropout.</summary>
    public static IReadOnlyList<Lever> All { get; } =
    [
        new("plain", Plain),
        new("+ schedule, from twice the rate", Plain + Schedule),
        new("+ weight decay", Plain + Schedule + Decay),
        new("+ dropout", Regularised),
        new("+ averaging", Regularised + Averaging),
        new("GRU of 128", Regularised + Gru),
        new("LSTM, 2 layers of 192", Regularised + Wide),
        new("GRU, 2 layers of 192", Regularised + Wide + Gru),
        new("Transformer, 4 layers of 64", Regularised + Transformer),
    ];
}
