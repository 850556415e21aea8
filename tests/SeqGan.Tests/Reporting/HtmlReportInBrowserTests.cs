using System.Buffers.Binary;

namespace SeqGan.Tests.Reporting;

public sealed class HtmlReportInBrowserTests
{
    private const int Width = 1200, Height = 900;

    [Fact]
    public async Task Report_OfATraining_IsShownWithoutErrorsOrRequests()
    {
        Assert.SkipUnless(Chromium.Path is not null, "No Chromium is installed.");
        using var folder = new TemporaryFolder();
        Uri page = new(await TrainAsync(folder.Combine("report.html")));

        await using Chromium browser = await Chromium.OpenAsync(page, Width, Height);
        byte[] light = await browser.ScreenshotAsync();
        await browser.SetColorSchemeAsync("dark");
        byte[] dark = await browser.ScreenshotAsync();

        Assert.Equal((Width, Height), SizeOf(light));
        // A page of one colour compresses to next to nothing.
        Assert.InRange(light.Length, 20_000, int.MaxValue);
        Assert.InRange(dark.Length, 20_000, int.MaxValue);
        Assert.NotEqual("rgb(246, 247, 249)", (string)(await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor"))!);
        await browser.SetColorSchemeAsync("light");
        Assert.Equal("rgb(246, 247, 249)", (string)(await browser.EvaluateAsync("getComputedStyle(document.body).backgroundColor"))!);
        Assert.True((int)(await browser.EvaluateAsync("document.querySelectorAll('svg[role=img]').length"))! >= 8);
        Assert.Equal(0, (int)(await browser.EvaluateAsync("document.querySelectorAll('script').length"))!);
        Assert.True((bool)(await browser.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth"))!);
        Assert.Empty(browser.Messages);
        Assert.Equal([page.AbsoluteUri], browser.Requests);
    }

    [Fact]
    public async Task Report_PageThatIsTamperedWith_MayNotAskOrRun()
    {
        Assert.SkipUnless(Chromium.Path is not null, "No Chromium is installed.");
        using var folder = new TemporaryFolder();
        string path = folder.Combine("report.html");
        var report = new HtmlReport();
        report.Report(ReportingSetup.Adversarial());
        File.WriteAllText(path, report.ToHtml()
            .Replace("</main>", "<script>document.title = 'run'</script><img src=\"http://127.0.0.1:9/x.png\"></main>",
                StringComparison.Ordinal));

        await using Chromium browser = await Chromium.OpenAsync(new Uri(path), Width, Height);

        Assert.Equal("Training report", (string)(await browser.EvaluateAsync("document.title"))!);
        Assert.NotEmpty(browser.Messages);
        Assert.All(browser.Messages, message => Assert.Contains("Content Security Policy", message, StringComparison.Ordinal));
    }

    private static async Task<string> TrainAsync(string path)
    {
        var report = new HtmlReport { Title = "Syllables </script><b>" };
        using SeqGanTrainer trainer = TinyTraining.Builder().Configure(report.ShowOptions).AddObserver(report).Build();
        await trainer.TrainAsync();
        report.AddChart("Quality and diversity", "diversity", "quality",
            [new ChartSeries("SeqGAN", [(0.2, 0.9, "0.7"), (0.5, 0.6, "1"), (0.8, 0.2, "1.3")])]);
        report.Write(path);
        return path;
    }

    private static (int Width, int Height) SizeOf(ReadOnlySpan<byte> png)
    {
        Assert.True(png[1..4].SequenceEqual("PNG"u8));
        return (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]));
    }
}
