using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;

namespace SeqGan.Tests;

public sealed class PackageTests
{
    [Fact]
    public async Task Pack_OfAPackageThatUsesOurs_RequiresItsExactVersion()
    {
        string folder = Directory.CreateTempSubdirectory("seqgan-pack-").FullName;
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        try
        {
            string project = Path.Combine(Documentation.RepositoryFiles.Root, "src/SeqGan.Inference/SeqGan.Inference.csproj");
            string[] arguments = ["pack", project, "--no-build", "-c", configuration, "-o", folder, "-nodeReuse:false"];
            using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);

            using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(folder, "*.nupkg")));
            using Stream nuspec = Assert.Single(package.Entries,
                entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
            XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
            string version = metadata.Elements().Single(element => element.Name.LocalName == "version").Value;
            XElement required = Assert.Single(metadata.Descendants(), element => element.Name.LocalName == "dependency");
            Assert.Equal(("SeqGan.Abstractions", $"[{version}]"), (required.Attribute("id")!.Value, required.Attribute("version")!.Value));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
