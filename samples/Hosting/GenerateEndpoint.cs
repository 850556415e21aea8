using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using SeqGan;

namespace Hosting;

/// <summary>
/// GET /generate?count=5&amp;temperature=0.8&amp;seed=1&amp;prefix=Get answers with a JSON array; GET /stream, with the same parameters,
/// writes a JSON string a line (newline-delimited JSON) as sequences are drawn, until the client goes away.
/// </summary>
internal static class GenerateEndpoint
{
    private static readonly string[] s_parameters = ["count", "temperature", "seed", "prefix"];

    public static IResult Generate(HttpRequest request, HttpResponse response, Snapshots snapshots, SeqGanTrainer trainer) => Answer(
        request, response, snapshots.SamplerOf(trainer), mostSequences: 1000, (sampler, count, options, prefix) =>
            Results.Ok(sampler.Generate(count, options, prefix, request.HttpContext.RequestAborted)));

    public static IResult Stream(HttpRequest request, HttpResponse response, Snapshots snapshots, SeqGanTrainer trainer) => Answer(
        request, response, snapshots.SamplerOf(trainer), mostSequences: 10_000_000, (sampler, count, options, prefix) =>
        {
            // What is wrong with the prefix is thrown here, before the answer begins.
            IAsyncEnumerable<string> texts = sampler.GenerateAsync(count, options, prefix, request.HttpContext.RequestAborted);
            return Results.Stream(body => WriteLinesAsync(body, texts), "application/x-ndjson");
        });

    // Sequences are drawn in blocks: what is there is sent before the next block has to be waited for.
    private static async Task WriteLinesAsync(Stream body, IAsyncEnumerable<string> texts)
    {
        await using var writer = new StreamWriter(body, leaveOpen: true) { NewLine = "\n" };
        await using IAsyncEnumerator<string> each = texts.GetAsyncEnumerator();
        while (true)
        {
            Task<bool> next = each.MoveNextAsync().AsTask();
            try
            {
                if (!next.IsCompleted)
                    await writer.FlushAsync();
            }
            finally
            {
                // Also if the client has gone: the stream cannot be closed while it is read.
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!await next)
                return;
            await writer.WriteLineAsync(JsonSerializer.Serialize(each.Current));
        }
    }

    private static IResult Answer(
        HttpRequest request, HttpResponse response, SequenceSampler? latest, int mostSequences,
        Func<SequenceSampler, int, SamplingOptions, string, IResult> answer)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (string unknown in request.Query.Keys.Except(s_parameters, StringComparer.OrdinalIgnoreCase))
            errors[unknown] = [$"There is no parameter {unknown}; there are {string.Join(", ", s_parameters)}."];
        int count = Read("count", 5, $"a whole number from 1 to {mostSequences}", (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= 1 && value <= mostSequences);
        double temperature = Read("temperature", 1.0, "a number from 0.05 to 10", (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is >= 0.05 and <= 10);
        ulong seed = Read("seed", (ulong)Random.Shared.NextInt64(), "a whole number, at least 0",
            (string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value));
        if (errors.Count > 0)
            return Results.ValidationProblem(errors);
        if (latest is not { } sampler)
        {
            response.Headers.RetryAfter = "2";
            return Results.Problem("The first round of the training has not ended yet.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            var options = new SamplingOptions { Seed = seed, Temperature = temperature };
            return answer(sampler, count, options, request.Query["prefix"].ToString());
        }
        catch (ArgumentException error)
        {
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["prefix"] = [error.Message] });
        }

        T Read<T>(string name, T fallback, string valid, Parse<T> parse)
        {
            if (!request.Query.TryGetValue(name, out StringValues text))
                return fallback;
            if (parse(text.ToString(), out T value))
                return value;
            errors[name] = [$"{name} is '{text}'; it must be {valid}."];
            return fallback;
        }
    }

    private delegate bool Parse<T>(string text, out T value);
}
