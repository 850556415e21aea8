using System.Globalization;
using Microsoft.Extensions.Primitives;
using SeqGan;

namespace Hosting;

/// <summary>GET /generate?count=5&amp;temperature=0.8&amp;seed=1&amp;prefix=Get</summary>
internal static class GenerateEndpoint
{
    private const int MostSequences = 1000;
    private static readonly string[] s_parameters = ["count", "temperature", "seed", "prefix"];

    public static IResult Handle(HttpRequest request, HttpResponse response, Snapshots snapshots)
    {
        var errors = new Dictionary<string, string[]>();
        foreach (string unknown in request.Query.Keys.Except(s_parameters, StringComparer.OrdinalIgnoreCase))
            errors[unknown] = [$"There is no parameter {unknown}; there are {string.Join(", ", s_parameters)}."];
        int count = Read("count", 5, $"a whole number from 1 to {MostSequences}", (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= 1 and <= MostSequences);
        double temperature = Read("temperature", 1.0, "a number from 0.05 to 10", (string text, out double value) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value is >= 0.05 and <= 10);
        ulong seed = Read("seed", (ulong)Random.Shared.NextInt64(), "a whole number, at least 0",
            (string text, out ulong value) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value));
        if (errors.Count > 0)
            return Results.ValidationProblem(errors);
        if (snapshots.Sampler is not { } sampler)
        {
            response.Headers.RetryAfter = "2";
            return Results.Problem("The first round of the training has not ended yet.",
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            return Results.Ok(sampler.Generate(count, new SamplingOptions { Seed = seed, Temperature = temperature },
                request.Query["prefix"].ToString(), request.HttpContext.RequestAborted));
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
