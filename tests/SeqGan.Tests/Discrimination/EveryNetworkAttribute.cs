using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace SeqGan.Tests.Discrimination;

/// <summary>Each ready-made network, once for sequences of one length and once for sequences that end.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryNetworkAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. from network in Enum.GetValues<DiscriminatorNetwork>() from ending in new[] { false, true }
            select new TheoryDataRow<DiscriminatorNetwork, bool>(network, ending)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
