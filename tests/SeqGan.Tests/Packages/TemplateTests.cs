using System.Diagnostics;

namespace SeqGan.Tests.Packages;

[Collection(nameof(OtherPrograms))]
public sealed class TemplateTests(PackedPackages packages)
{
    [Fact]
    public async Task Template_OfThePackedPackage_IsAProgramThatLearnsAndGenerates()
    {
        string folder = Path.Combine(await packages.PackedAsync(), "template"), program = Path.Combine(folder, "new-towns");
        Directory.CreateDirectory(folder);
        string[] hive = ["--debug:custom-hive", Path.Combine(folder, "hive")];
        long start = Stopwatch.GetTimestamp();

        await DotnetCommand.SucceedAsync(folder, ["new", "install", packages.PathOf("SeqGan.Templates"), .. hive]);
        await DotnetCommand.SucceedAsync(folder, ["new", "seqgan", "-o", "new-towns", .. hive]);
        string output = await DotnetCommand.SucceedAsync(program, "run", "-c", "Release");
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        (int exitCode, string message) = await DotnetCommand.RunAsync(program, "run", "-c", "Release", "--no-build", "--", "none.txt");

        Assert.Contains($"""<PackageReference Include="SeqGan" Version="[{packages.Version}]" />""",
            await File.ReadAllTextAsync(Path.Combine(program, "new-towns.csproj"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Contains("600 sequences read", output, StringComparison.Ordinal);
        string[] generated = output.TrimEnd().Split('\n')[^20..];
        Assert.All(generated, town => Assert.Matches("^[A-Za-z]+$", town));
        Assert.InRange(generated.Distinct().Count(), 10, 20);
        Assert.NotNull(CompiledPolicy.Load(Path.Combine(program, "model.seqgan")));
        Assert.InRange(elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(3));
        Assert.Equal((2, "There is no file none.txt."), (exitCode, message.Trim()));
    }
}
