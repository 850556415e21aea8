using System.Globalization;
using System.Text;
using Xunit;

namespace SeqGan.Tests.Checkpoints;

/// <summary>What the parser makes of texts that no library wrote.</summary>
public sealed class CheckpointManifestTests
{
    private const string Part = """
        {"file": "a.state", "component": "a", "type": "T", "assembly": "1.0", "stateVersion": 1, "size": 5,
         "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        """;

    private const string Valid = $$"""
        {"format": "seqgan.checkpoint", "version": 2, "library": "0.1.0", "written": "2026-01-02T03:04:05Z",
         "step": 6, "phase": "Adversarial", "round": 7, "isHealthy": true, "isMeasured": true,
         "metrics": {"nll": 1.5, "loss": "NaN"}, "options": {"a": "b"}, "corpus": {"c": "d"}, "componentsWithoutState": ["e"],
         "parts": [{{Part}}]}
        """;

    [Fact]
    public void Parse_ValidText_HasItAll()
    {
        CheckpointManifest manifest = Parse(Valid);

        Assert.Equal((6, "Adversarial", 7, true, true),
            (manifest.Step, manifest.Phase, manifest.Round, manifest.IsHealthy, manifest.IsMeasured));
        Assert.True(double.IsNaN(manifest.Metrics["loss"]));
        Assert.Equal("a.state", Assert.Single(manifest.Parts).File);
        Assert.Equivalent(manifest, CheckpointManifest.Parse(manifest.ToJson(), "x"), strict: true);
    }

    [Fact]
    public void Parse_UnknownFields_AreIgnored() =>
        Assert.Equal(6, Parse(Valid.Replace("\"step\"", "\"new\": {\"a\": [1, {}]}, \"step\"", StringComparison.Ordinal)).Step);

    [Theory]
    [InlineData("\"step\": 6", "\"step\": 6, \"step\": 6")]
    [InlineData("\"nll\": 1.5", "\"nll\": 1.5, \"nll\": 1.5")]
    [InlineData("\"a\": \"b\"", "\"a\": \"b\", \"a\": \"c\"")]
    [InlineData("\"version\": 2", "\"version\": 2, \"version\": 2")]
    [InlineData("\"version\": 2", "\"version\": 0")]
    [InlineData("\"version\": 2", "\"version\": 1.5")]
    [InlineData("\"version\": 2", "\"version\": 99999999999")]
    [InlineData("\"version\": 2", "\"version\": null")]
    [InlineData("\"version\": 2, ", "")]
    [InlineData("seqgan.checkpoint", "seqgan.model")]
    [InlineData("\"step\": 6", "\"step\": -6")]
    [InlineData("\"step\": 6, ", "")]
    [InlineData("\"phase\": \"Adversarial\"", "\"phase\": null")]
    [InlineData("\"metrics\": {\"nll\": 1.5, \"loss\": \"NaN\"}, ", "")]
    [InlineData("\"NaN\"", "\"nonsense\"")]
    [InlineData("{\"a\": \"b\"}", "null")]
    [InlineData("{\"a\": \"b\"}", "{\"a\": null}")]
    [InlineData("{\"a\": \"b\"}", "{\"a\": \"\\ud800\"}")]
    [InlineData("[\"e\"]", "[null]")]
    [InlineData("\"component\": \"a\"", "\"component\": \"\"")]
    [InlineData("\"stateVersion\": 1", "\"stateVersion\": 0")]
    [InlineData("\"sha256\": \"0", "\"sha256\": \"F")]
    [InlineData("\"sha256\": \"0", "\"sha256\": \"")]
    [InlineData(Part, "null")]
    [InlineData(Part, Part + "," + Part)]
    [InlineData("2026-01-02", "2026-13-02")]
    [InlineData("]}\n", "]}\n{}")]
    [InlineData("]}\n", "]} // comment")]
    public void Parse_Invalid_IsDamage(string find, string replacement)
    {
        string valid = Valid + "\n";
        string json = valid.Replace(find, replacement, StringComparison.Ordinal);
        Assert.NotEqual(valid, json);

        CheckpointException failure = CheckpointFailures.Corrupt(() => Parse(json));

        Assert.StartsWith("The checkpoint 'x' is damaged: manifest.json", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\0")]
    [InlineData("\uFEFF{}")]
    public void Parse_NoObject_IsDamage(string json) => CheckpointFailures.Corrupt(() => Parse(json));

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[")]
    public void Parse_Deep_IsDamage(string opening)
    {
        string deep = string.Concat(Enumerable.Repeat(opening, 100_000));

        CheckpointFailures.Corrupt(() => Parse(deep));
        CheckpointFailures.Corrupt(() => Parse(Valid.Replace("\"step\"", "\"new\": " + deep, StringComparison.Ordinal)));
    }

    [Fact]
    public void Parse_TooManyParts_IsDamage()
    {
        IEnumerable<string> parts = Enumerable.Range(0, 4097)
            .Select(i => Part.Replace("\"a\"", string.Create(CultureInfo.InvariantCulture, $"\"a{i}\""), StringComparison.Ordinal));

        CheckpointException failure = CheckpointFailures.Corrupt(
            () => Parse(Valid.Replace(Part, string.Join(',', parts), StringComparison.Ordinal)));

        Assert.Contains("4097 parts", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LongTexts_DoNotReachTheMessage()
    {
        string name = new('/', 1_000_000);

        Assert.InRange(
            CheckpointFailures.Corrupt(() => Parse(Valid.Replace("a.state", name, StringComparison.Ordinal))).Message.Length, 0, 500);
        Assert.InRange(
            CheckpointFailures.Corrupt(() =>
                Parse(Valid.Replace("\"a\": \"b\"", $"\"{name}\": 5", StringComparison.Ordinal))).Message.Length, 0, 500);
    }

    [Theory]
    [InlineData("\"a\": \"b\"", "\"#\":\"\",", 6)]
    [InlineData("\"nll\": 1.5", "\"#\":0,", 6)]
    [InlineData("\"e\"", "\"\",", 0)]
    [InlineData("\"step\": 6", "\"#\":0,", 6)]
    [InlineData(Part, "{},", 0)]
    public void Parse_ManyTinyEntries_AllocatesInProportion(string find, string entry, int digits)
    {
        var entries = new StringBuilder();
        for (int i = 0; entries.Length < 1_000_000; i++)
            entries.Append(entry.Replace("#", i.ToString($"x{digits}", CultureInfo.InvariantCulture), StringComparison.Ordinal));
        byte[] json = Encoding.UTF8.GetBytes(Valid.Replace(find, entries + find, StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Record.Exception(() => CheckpointManifest.Parse(json, "x"));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000_000);
    }

    [Fact]
    public void Parse_AnythingMutated_ThrowsNothingElse()
    {
        byte[] valid = Encoding.UTF8.GetBytes(Valid);
        var random = new Random(7);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] json = [.. valid];
            for (int edits = random.Next(1, 5); edits > 0; edits--)
                json[random.Next(json.Length)] = edits % 2 == 0 ? (byte)random.Next(256) : valid[random.Next(valid.Length)];
            Exception? failure = Record.Exception(
                () => CheckpointManifest.Parse(json.AsSpan(0, random.Next(2) == 0 ? json.Length : random.Next(json.Length)), "x"));
            Assert.True(failure is null or CheckpointException, failure?.ToString());
        }
    }

    private static CheckpointManifest Parse(string json) => CheckpointManifest.Parse(Encoding.UTF8.GetBytes(json), "x");
}
