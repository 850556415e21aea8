using SeqGan.Endurance;
using SeqGan.Endurance.Clusters;
using SeqGan.Endurance.Faults;
using SeqGan.Endurance.Fuzzing;
using SeqGan.Endurance.Kills;
using SeqGan.Endurance.Sampling;
using SeqGan.Endurance.Soak;
using SeqGan.Endurance.Training;

try
{
    var line = CommandLine.Parse(args);
    return line.Verb switch
    {
        "kills" => await KillsVerb.RunAsync(line),
        "child" => await ChildVerb.RunAsync(line),
        "hosted" => await HostedVerb.RunAsync(line),
        "faults" => await FaultsVerb.RunAsync(line),
        "soak" => NativeHeap.IsSet ? await SoakVerb.RunAsync(line) : await NativeHeap.RunSetAsync(args[1..]),
        "soaking" => await SoakVerb.RunAsync(line),
        "sampling" => SamplingVerb.Run(line),
        "cluster" => await ClusterVerb.RunAsync(line),
        "cluster-worker" => await ClusterVerb.WorkAsync(line),
        "fuzz" => FuzzVerb.Run(line),
        _ => throw new FormatException($"There is no verb '{line.Verb}'.\n{CommandLine.Usage}"),
    };
}
catch (FormatException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
