using System.Text;
using Tensorboard;

namespace SeqGan.Tests.Reporting;

/// <summary>What TensorBoard shows where a training is killed and resumed.</summary>
public sealed class TensorBoardResumeTests
{
    private const int Rounds = 5;

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void RestoreState_RunThatWasKilled_ShowsEachStepOnce(int saved)
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.Combine("uninterrupted"), sequences: 2);
        Report(observer, 1, Rounds);
        var killed = new TensorBoardObserver(folder.Combine("resumed"), sequences: 2);
        Report(killed, 1, saved);
        byte[] state = killed.Save();
        Report(killed, saved + 1, Rounds - 1);

        var resumed = new TensorBoardObserver(folder.Combine("resumed"), sequences: 2);
        resumed.Restore(state);
        Report(resumed, Math.Max(1, saved), Rounds);

        Assert.Equal(2, Directory.GetFiles(resumed.Folder).Length);
        Assert.Equal(Shown(observer), Shown(resumed));
    }

    [Fact]
    public void RestoreState_InTheSameProcess_ShowsEachStepOnce()
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.FullName, sequences: 0);
        Report(observer, 1, 2);
        byte[] state = observer.Save();
        Report(observer, 3, 4);

        observer.Restore(state);
        Report(observer, 2, 3);

        Assert.Equal([101, 102, 103], EventFile.ReadAsTensorBoard(observer.Folder).Select(entry => entry.Step).Distinct());
        Assert.Equal(3, EventFile.ReadAsTensorBoard(observer.Folder).Count(entry => entry.Summary.Value[0].Tag == "reward/mean"));
    }

    [Fact]
    public void Constructor_TwiceInASecond_MakesTwoFiles()
    {
        using var folder = new TemporaryFolder();
        Report(new TensorBoardObserver(folder.FullName), 1, 1);
        Report(new TensorBoardObserver(folder.FullName), 1, 1);

        Assert.Equal(2, Directory.GetFiles(folder.FullName).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"last\":{\"phase\":-1,\"round\":1,\"step\":1,\"end_of_round\":true}}")]
    [InlineData("{\"last\":{\"phase\":2,\"round\":1,\"step\":-5,\"end_of_round\":true}}")]
    [InlineData("{\"last\":{\"phase\":2,\"round\":1,\"step\":99999999999999999999,\"end_of_round\":true}}")]
    public void RestoreState_NoState_ThrowsAndWritesNothing(string state)
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.FullName, sequences: 0);
        Report(observer, 1, 2);
        long length = Directory.GetFiles(folder.FullName).Sum(path => new FileInfo(path).Length);

        Assert.Throws<InvalidDataException>(() => observer.Restore(Encoding.UTF8.GetBytes(state)));

        Assert.Equal(length, Directory.GetFiles(folder.FullName).Sum(path => new FileInfo(path).Length));
    }

    private static void Report(TensorBoardObserver observer, int first, int last)
    {
        TrainingContext context = ReportingSetup.Context();
        for (int round = first; round <= last; round++)
            observer.Report(ReportingSetup.Adversarial(round), context);
    }

    private static IEnumerable<string> Shown(TensorBoardObserver observer) =>
        EventFile.ReadAsTensorBoard(observer.Folder).Select(entry => $"{entry.Step} {entry.Summary}");
}
