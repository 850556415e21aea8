using TorchSharp;

namespace SeqGan.Tests.Optimization;

public class WorkloadTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Run_BodyThrows_ThrowsTheSameOnAnyNumberOfThreads(int threads)
    {
        int before = torch.get_num_threads();
        torch.set_num_threads(threads);
        try
        {
            Assert.Throws<InvalidOperationException>(
                () => Workload.Run(8, isWorthThreads: true, _ => throw new InvalidOperationException("no")));
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }
}
