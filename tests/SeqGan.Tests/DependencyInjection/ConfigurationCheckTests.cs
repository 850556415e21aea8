using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SeqGan.Tests.DependencyInjection;

public class ConfigurationCheckTests
{
    [Theory]
    [InlineData("""{ "Training": { "BatchSze": 8 } }""",
        "SeqGan:Training:BatchSze sets nothing: TrainingOptions has no option 'BatchSze'; the nearest is BatchSize.")]
    [InlineData("""{ "Generater": { "HiddenSize": 8 } }""",
        "SeqGan:Generater sets nothing: SeqGanOptions has no option 'Generater'; the nearest is Generator.")]
    [InlineData("""{ "Training": { "EarlyStopping": [ { "Patience": 2 }, { "Patiense": 3 } ] } }""",
        "SeqGan:Training:EarlyStopping:1:Patiense sets nothing: EarlyStoppingOptions has no option 'Patiense'; the nearest is Patience.")]
    [InlineData("""{ "Rollout": { "Speed": 1 } }""",
        "SeqGan:Rollout:Speed sets nothing: RolloutOptions has no option 'Speed'; there are UpdateRate.")]
    [InlineData("""{ "Generator": "Gru" }""", "SeqGan:Generator is 'Gru'; it must be a section with options of GeneratorOptions.")]
    [InlineData("""{ "Discriminator": { "FilterWidths": "2, 3" } }""", "SeqGan:Discriminator:FilterWidths is '2, 3'; it must be a list.")]
    [InlineData("""{ "Training": { "BatchSize": { "Value": 8 } } }""",
        "SeqGan:Training:BatchSize has the key 'Value'; it must be a single value.")]
    [InlineData("""{ "Training": { "EarlyStopping": { "Metric": "nll_test" } } }""",
        "SeqGan:Training:EarlyStopping:Metric is 'nll_test'; it must be a section with options of EarlyStoppingOptions.")]
    [InlineData("""{ "Training": { "EarlyStopping": [ { "Metric": "nll_test", "Phase": "Pretraining" } ] } }""",
        "SeqGan:Training:EarlyStopping:0:Phase is 'Pretraining'; it must be one of None, GeneratorPretraining, DiscriminatorPretraining, "
        + "Adversarial, All.")]
    [InlineData("""{ "Training": { "EarlyStopping": [ { "Metric": "nll_test", "Patience": "two" } ] } }""",
        "SeqGan:Training:EarlyStopping:0:Patience is 'two'; it must be a whole number in range.")]
    [InlineData("""{ "Discriminator": { "FilterWidths": [2, "3x"], "FilterCounts": [4, 4] } }""",
        "SeqGan:Discriminator:FilterWidths:1 is '3x'; it must be a whole number in range.")]
    [InlineData("""{ "Seed": null }""", "SeqGan:Seed is null; it must be a whole number in range.")]
    public async Task Start_KeyThatBindsToNothing_IsRefusedWithTheNearestName(string section, string failure)
    {
        Assert.Equal([failure], await FailuresAsync($$"""{ "SeqGan": {{section}} }"""));
    }

    [Fact]
    public async Task Start_SeveralMistakes_AreAllListedWithValuesOutOfRange()
    {
        IEnumerable<string> failures = await FailuresAsync(
            """{ "SeqGan": { "Sed": 1, "Training": { "BatchSize": 1, "Epochs": 3 } } }""");

        Assert.Equal(3, failures.Count());
        Assert.Contains("SeqGan:Sed sets nothing: SeqGanOptions has no option 'Sed'; the nearest is Seed.", failures);
        Assert.Contains(failures, failure => failure.StartsWith("SeqGan:Training:Epochs sets nothing", StringComparison.Ordinal)
            && failure.Contains("GeneratorPretrainingEpochs, ", StringComparison.Ordinal));
        Assert.Contains("SeqGanOptions.Training.BatchSize is 1; it must be in [2, 1048576].", failures);
    }

    [Theory]
    [InlineData("""{ "SeqGann": { "Seed": 1 } }""", "the nearest name there is 'SeqGann'. Use the name of a section")]
    [InlineData("""{ "Logging": { "Level": 1 } }""", "to take the options from; use the name of a section")]
    public async Task Start_MissingSection_IsRefusedWithTheNearestOne(string configuration, string hint)
    {
        string failure = Assert.Single(await FailuresAsync(configuration));

        Assert.StartsWith("The configuration has no section 'SeqGan' to take the options from", failure, StringComparison.Ordinal);
        Assert.Contains(hint, failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "SeqGan": { } }""")]
    [InlineData("""{ "SeqGann": { "Seed": 1 } }""")]
    public void Validate_NothingBindsAndTheContainerHasNoConfiguration_SaysMissingOrEmpty(string configuration)
    {
        var check = new ConfigurationCheck("", Parse(configuration).GetSection("SeqGan"), null);

        Assert.Equal(
            ["The section 'SeqGan', to take the options from, is missing or empty; use the name of a section, or call AddSeqGan without "
                + "one to have the defaults."],
            check.Validate("", new SeqGanOptions()).Failures);
    }

    [Theory]
    [InlineData("""{ "SeqGan": { } }""")]
    [InlineData("""{ "seqgan": { "SEED": "3", "generator": { "hiddensize": 8 } } }""")]
    [InlineData("""
        { "SeqGan": { "Rewards": { "DiscriminatorWeight": "0.5" }, "Discriminator": { "FilterWidths": [2, 3],
          "FilterCounts": [4, 4] }, "Training": { "EarlyStopping": [ { "Metric": "nll_test" } ], "ProgressInterval": "00:00:01" } } }
        """)]
    public async Task Start_EverythingBinds_Starts(string configuration) => Assert.Empty(await FailuresAsync(configuration));

    [Fact]
    public void Validate_WholeConfiguration_LeavesOtherKeysOfItsTopAlone()
    {
        Assert.Equal(
            ["Generater sets nothing: SeqGanOptions has no option 'Generater'; the nearest is Generator.",
                "Training:Rounds sets nothing: TrainingOptions has no option 'Rounds'; there are"],
            Failures("""{ "Logging": { "Level": 1 }, "PATH": "/bin", "Generater": { "HiddenSize": 3 }, "Training": { "Rounds": 1 } }""")
                .Select(failure => failure.Split(" BatchSize")[0]).Order(StringComparer.Ordinal));

        static IEnumerable<string> Failures(string json) =>
            new ConfigurationCheck("", Parse(json), null).Validate("", new SeqGanOptions()).Failures ?? [];
    }

    [Fact]
    public void Validate_OptionsOfAnotherName_AreNotItsOwn()
    {
        var check = new ConfigurationCheck("names", Parse("""{ "Generater": { "HiddenSize": 3 } }"""), null);

        Assert.True(check.Validate("streets", new SeqGanOptions()).Skipped);
        Assert.True(check.Validate("names", new SeqGanOptions()).Failed);
    }

    private static async Task<IEnumerable<string>> FailuresAsync(string json)
    {
        HostApplicationBuilder application = Host.CreateEmptyApplicationBuilder(null);
        application.Configuration.AddConfiguration(Parse(json));
        application.Services.AddSingleton(TinyTraining.Corpus).AddSeqGan(application.Configuration.GetSection("SeqGan"));
        using IHost host = application.Build();
        try
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            return [];
        }
        catch (OptionsValidationException error)
        {
            return error.Failures;
        }
    }

    private static IConfiguration Parse(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
